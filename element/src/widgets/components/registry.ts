// The component classes by their types on the wire.
import { Checkbox, Label, RadioGroup } from '../controls/choices.ts';
import { DatePicker } from '../controls/date_picker.ts';
import { Select } from '../controls/select.ts';
import { EditableText, Input, Textarea } from '../controls/text_fields.ts';
import { Frame } from '../frames/frame.ts';
import { isRecord, type Props } from '../tree/props.ts';
import type { ComponentClass } from '../tree/widget_context.ts';
import { Box, Divider, Spacer, Transition, Unknown } from './boxes.ts';
import { Button } from './buttons.ts';
import { Basic, Card, Form, FormCard } from './cards.ts';
import { Chart } from './chart.ts';
import { ListView, ListViewItem } from './lists.ts';
import { Icon, Image, Markdown } from './media.ts';
import { Table, TableCell, TableRow } from './tables.ts';
import { Badge, Caption, Text, Title } from './texts.ts';

const CLASSES: Readonly<Record<string, ComponentClass>> = {
  Badge,
  Basic,
  Box,
  Button,
  Caption,
  Card,
  Chart,
  Checkbox,
  Col: Box,
  DatePicker,
  Divider,
  Form,
  Frame,
  Icon,
  Image,
  Input,
  Label,
  ListView,
  ListViewItem,
  Markdown,
  RadioGroup,
  Row: Box,
  Select,
  Spacer,
  Table,
  'Table.Cell': TableCell,
  'Table.Row': TableRow,
  Text,
  Textarea,
  Title,
  Transition,
};

/** The class that shows a component whose fields are complete. */
export function classFor(props: Props): ComponentClass {
  const { type } = props;
  if (type === 'Text' && isRecord(props['editable'])) return EditableText;
  if (type === 'Card' && props['asForm'] === true) return FormCard;
  return (Object.hasOwn(CLASSES, type) ? CLASSES[type] : undefined) ?? Unknown;
}

/** The fields that the component needs and lacks. */
export function missingIn(props: Props): readonly string[] {
  const { required = [] } = classFor(props);
  return required.filter((name) => props[name] === undefined || props[name] === null);
}
