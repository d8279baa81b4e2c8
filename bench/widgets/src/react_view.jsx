// The same widgets in React: the same elements, classes and styles, one memoised component for each type.
import { memo } from 'react';

const STEP = { gap: (steps) => (steps === undefined ? undefined : `calc(var(--unit) * ${steps})`) };

const Children = ({ list = [] }) => list.map((node, at) => <Node key={node.key ?? at} node={node} />);

const VIEWS = {
  Card: ({ node }) => (
    <section className="w-card" data-size={node.size ?? 'md'}>
      <div className="w-card-body">
        <Children list={node.children} />
      </div>
    </section>
  ),
  ListView: ({ node }) => (
    <div className="w-list">
      <ul className="w-list-items">
        <Children list={node.children} />
      </ul>
    </div>
  ),
  ListViewItem: ({ node }) => (
    <li className="w-item">
      <div className="w-item-content">
        <Children list={node.children} />
      </div>
    </li>
  ),
  Row: ({ node }) => (
    <div className="w-box" style={{ flexDirection: 'row', alignItems: 'center', gap: STEP.gap(node.gap) }}>
      <Children list={node.children} />
    </div>
  ),
  Col: ({ node }) => (
    <div className="w-box" data-flow="column" style={{ flexDirection: 'column', gap: STEP.gap(node.gap) }}>
      <Children list={node.children} />
    </div>
  ),
  Spacer: () => <div className="w-spacer" />,
  Label: ({ node }) => (
    <label className="w-label" dir="auto" htmlFor={node.fieldName}>
      {node.value}
    </label>
  ),
  Input: ({ node }) => (
    <input className="w-field" id={node.name} dir="auto" data-variant="outline" defaultValue={node.defaultValue} />
  ),
  Text: ({ node }) => (
    <p className="w-text" dir="auto">
      {node.value}
    </p>
  ),
  Caption: ({ node }) => (
    <p className="w-caption" dir="auto">
      {node.value}
    </p>
  ),
  Badge: ({ node }) => (
    <span className="w-badge" dir="auto" data-color={node.color} data-variant="soft" data-size="sm">
      {node.label}
    </span>
  ),
};

/** A node that is the same object as before is not rendered again. */
export const Node = memo(function Node({ node }) {
  const View = VIEWS[node.type];
  return <View node={node} />;
});
