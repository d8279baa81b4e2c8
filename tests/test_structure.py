"""The house stands as it is drawn: imports point down, and what is public is what is named here."""

import ast
import importlib
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import turnstream

SOURCE = Path(turnstream.__file__).parent

# From top to bottom. A module may import what stands below its layer, and its own package.
LAYERS = (
    "cli",
    "check",
    "demos",
    "http",
    "server",
    "agents",
    "titles",
    "turns",
    "eventlog",
    "attachments",
    "store",
    "request_info",
    "contracts",
    "wire",
    "types",
    "widgets",
    "actions",
    "errors",
    "limits",
    "icons",
    "logger",
    "redaction",
    "version",
)
# The ground floor: what stands there imports little even of what is drawn below it.
GROUND = {
    "types": {"actions", "widgets", "errors", "icons"},
    "widgets": {"actions", "errors", "icons"},
    "actions": set[str](),
    "errors": set[str](),
    "limits": set[str](),
    "icons": set[str](),
    "logger": {"redaction"},
    "redaction": set[str](),
    "version": set[str](),
    "request_info": set[str](),
}
# The bridges to agent frameworks are leaves; only they import a framework.
MAY_IMPORT_BRIDGES = {"agents", "demos", "cli"}

PUBLIC = {
    "turnstream.check": """
        CheckError Finding check_page find_browser
    """,
    "turnstream.actions": """
        Action ActionConfig DEFAULT_HANDLER DEFAULT_LOADING_BEHAVIOR Handler LoadingBehavior TPayload TType
    """,
    "turnstream.contracts": """
        ClientToolContract ContractError Contracts Effect collect declare find_client_tool to_typescript
    """,
    "turnstream.attachments": """
        DEFAULT_TYPES DiskAttachmentStore HostedAttachmentStore ObjectAttachmentStore
    """,
    "turnstream.request_info": """
        RequestInfo during preferred_locale request_info
    """,
    "turnstream.errors": """
        BaseStreamError ConflictError CustomStreamError DEFAULT_ALLOW_RETRY DEFAULT_STATUS ErrorCode
        InvalidRequestError KeyReusedError LimitError NotFoundError NotSupportedError RequestError
        RequestNotFoundError ShuttingDownError StreamError ThreadBusyError TooManyRequestsError
        TurnstreamError
    """,
    "turnstream.limits": """
        Limits MAX_LIST MAX_NAME MAX_TITLE limits_of_turn
    """,
    "turnstream.icons": """
        IconName LucideIconName VendorIconName
    """,
    "turnstream.agents": """
        AgentContext ClientToolCall ModelError ModelErrorCode PromptTexts ResponseStreamConverter
        StreamingThoughtTracker ThreadItemConverter TitleAgent ToolContext ToolFunctionError Usage
        accumulate_text client_tool function_tool simple_to_agent_input stream_agent_response tools
    """,
    "turnstream.eventlog": """
        EventLog LogReader MemoryEventLog Position RedisEventLog SqlEventLog TurnRecord TurnStatus TurnWriter
    """,
    "turnstream.http": """
        Authenticate ChatApp create_app drain element_files
    """,
    "turnstream.logger": "logger",
    "turnstream.version": "__version__",
    "turnstream.redaction": """
        logger_of redacted secrets_of secrets_of_url
    """,
    "turnstream.server": """
        ChatKitServer ClientToolError DEFAULT_ERROR_MESSAGE DEFAULT_PAGE_SIZE DeletedData NonStreamingResult
        StreamingResult agents_sdk_user_agent_override diff_widget stream_text stream_widget
    """,
    "turnstream.wire": "",
    "turnstream.titles": """
        TITLE_INSTRUCTIONS clean_title first_words
    """,
    "turnstream.turns": """
        ClientToolError Turn TurnProgram TurnStatus Turns event_frame is_hidden stream_text thread_response
        to_json
    """,
    "turnstream.store": """
        AttachmentStore MemoryStore NotFoundError OwnedId OwnerOf Principal SqlStore StorageError
        StorageFullError Store StoreItemType TContext default_generate_id owner_of
    """,
    "turnstream.types": """
        Action ActiveStatus Annotation AssistantMessageContent AssistantMessageContentPartAdded
        AssistantMessageContentPartAnnotationAdded AssistantMessageContentPartDone
        AssistantMessageContentPartTextDelta AssistantMessageItem Attachment AttachmentBase
        AttachmentCreateParams AttachmentDeleteParams AttachmentUploadDescriptor AttachmentsCreateReq
        AttachmentsDeleteReq AudioInput BaseReq BaseTask CHATKIT_REQUEST ChatKitReq ClientEffectEvent
        ClientToolCallItem ClosedStatus CustomSummary CustomTask DurationSummary EndOfTurnItem EntitySource
        ErrorCode ErrorEvent FeedbackKind FileAttachment FileSource FileTask GeneratedImage GeneratedImageItem
        GeneratedImageUpdated HiddenContextItem IconName ImageAttachment ImageTask InferenceOptions
        InputTranscribeParams InputTranscribeReq ItemFeedbackParams ItemsFeedbackReq ItemsListParams
        ItemsListReq LockEvent LockedStatus NonStreamingReq NoticeEvent Page ProgressUpdateEvent
        SDKHiddenContextItem SearchTask Source SourceBase StreamOptions StreamOptionsEvent StreamingReq
        StructuredInput StructuredInputAnswer StructuredInputAnswerSubmission StructuredInputBase
        StructuredInputFreeform StructuredInputItem StructuredInputMultipleChoice
        StructuredInputMultipleChoiceOption StructuredInputSubmission SyncCustomActionResponse T Task TaskItem
        ThoughtTask Thread ThreadAddClientToolOutputParams ThreadAddStructuredInputParams
        ThreadAddUserMessageParams ThreadCreateParams ThreadCreatedEvent ThreadCustomActionParams
        ThreadDeleteParams ThreadGetByIdParams ThreadItem ThreadItemAddedEvent ThreadItemBase
        ThreadItemDoneEvent ThreadItemRemovedEvent ThreadItemReplacedEvent ThreadItemUpdate ThreadItemUpdated
        ThreadItemUpdatedEvent ThreadListParams ThreadMetadata ThreadRetryAfterItemParams ThreadStatus
        ThreadStreamEvent ThreadUpdateParams ThreadUpdatedEvent ThreadsAddClientToolOutputReq
        ThreadsAddStructuredInputReq ThreadsAddUserMessageReq ThreadsCreateReq ThreadsCustomActionReq
        ThreadsDeleteReq ThreadsGetByIdReq ThreadsListReq ThreadsRetryAfterItemReq ThreadsSyncCustomActionReq
        ThreadsUpdateReq ToolChoice TranscriptionResult URLSource UserMessageContent UserMessageInput
        UserMessageItem UserMessageTagContent UserMessageTextContent UtcDatetime WidgetAnswer WidgetComponent
        WidgetComponentUpdated WidgetItem WidgetRoot WidgetRootUpdated WidgetStreamingTextValueDelta Workflow
        WorkflowItem WorkflowSummary WorkflowTaskAdded WorkflowTaskUpdated is_streaming_req to_utc
    """,
    "turnstream.widgets": """
        ActionConfig Alignment AreaSeries Badge BarSeries BasicRoot Border Borders Box BoxBase Button Caption
        CaptionSize Card CardAction Chart Checkbox Col Component ControlSize ControlVariant CurveType
        DatePicker Divider DynamicWidgetComponent DynamicWidgetRoot EditableProps Form Frame FramePermissions
        FramePolicy Icon IconName IconSize Image Input InvalidWidgetError Justification Label LineSeries
        ListView ListViewItem Markdown MinMax RadioGroup RadioOption RadiusValue Row Select SelectOption
        Series Spacer Spacing StrictWidgetComponent StrictWidgetRoot Table TableCell TableRow Text TextAlign
        TextSize Textarea ThemeColor Title TitleSize Transition WidgetComponent WidgetComponentBase WidgetIcon
        WidgetProblem WidgetRoot WidgetStatus WidgetStatusWithFavicon WidgetStatusWithIcon WidgetTemplate
        WidgetTemplateError XAxisConfig parse_widget widget_schema
    """,
}

PUBLIC_OF_AGENTS = {
    "turnstream.agents.chat_completions": """
        ChatMessage ChatModel ChatTool Chunk CompletionSource ThreadMessageConverter client_tool function_tool
        stream_chat_response to_messages tools
    """,
    "turnstream.agents.core": """
        AgentContext AnsweredCall AssistantText ClientTool ClientToolCall FileKind FileLimits FunctionTool
        HistoryConverter HistoryEntry ModelError ModelErrorCode ModelFile Note TitleAgent ToolContext
        ToolFunctionError Usage UserText WidgetTool client_tool function_tool read_file widget_tool
    """,
    "turnstream.agents.langgraph": """
        ToolContext client_tool function_tool stream_graph to_messages tools
    """,
    "turnstream.agents.openai_agents": """
        PromptTexts ResponseStreamConverter StreamingThoughtTracker ThreadItemConverter ToolContext
        accumulate_text client_tool function_tool simple_to_agent_input stream_agent_response tools
    """,
    "turnstream.agents.pydantic_ai": """
        ToolContext client_tool function_tool stream_agent_response to_message_history tools
    """,
}
FRAMEWORKS = {"agents", "aiohttp", "httpx2", "langchain_core", "langgraph", "openai", "pydantic_ai"}
BRIDGES = {
    f"turnstream.agents.{path.name}"
    for path in (SOURCE / "agents").iterdir()
    if (path / "__init__.py").exists() and path.name != "core"
}


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, wherever in it; names from a package count as its modules."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                if module == "turnstream":
                    yield from (f"turnstream.{alias.name}" for alias in names)
            case ast.ImportFrom(level=level):
                yield "." * level  # relative: no layer is called so
            case _:
                pass


def is_allowed(layer: str, imported: str) -> bool:
    """Whether a module of a layer may import another module."""
    package, *rest = imported.split(".")
    if package in FRAMEWORKS:
        return layer == "agents"
    if package != "turnstream" or rest in ([], ["__version__"]):
        return package != ""
    target = rest[0]
    if target == layer:
        return True
    if target not in LAYERS or layer not in LAYERS:
        return False
    if layer in GROUND:
        return target in GROUND[layer]
    if target == "agents":
        return layer in MAY_IMPORT_BRIDGES
    return LAYERS.index(target) > LAYERS.index(layer)


def violations(layer: str, source: str) -> list[str]:
    return [imported for imported in imports(ast.parse(source)) if not is_allowed(layer, imported)]


def modules() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "static" not in path.parts]


def layer_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return {"__init__": "", "__main__": "cli"}.get(first, first)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    assert violations(layer_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_stands_in_a_layer(path: Path) -> None:
    assert layer_of(path) in {*LAYERS, ""}


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("store", "from turnstream.turns import Turn"),
        ("store", "def later():\n    import turnstream.server"),
        ("store", "from turnstream import http"),
        ("store", "if TYPE_CHECKING:\n    from turnstream.eventlog.base import EventLog"),
        ("types", "from turnstream.store import Store"),
        ("actions", "from turnstream.errors import ErrorCode"),
        ("widgets", "from turnstream.types import Page"),
        ("server", "from turnstream.agents import stream_agent_response"),
        ("http", "import agents"),
        ("server", "from agents.items import ItemHelpers"),
        ("demos", "from agents import Agent"),
        ("store", "from .base import Store"),
        ("store", "from turnstream.helpers import x"),
        ("", "from turnstream.types import Page"),
    ],
)
def test_an_import_that_points_up_is_reported(layer: str, source: str) -> None:
    assert len(violations(layer, source)) >= 1


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("turns", "from turnstream.eventlog import EventLog"),
        ("store", "from turnstream.store.base import Store"),
        ("types", "from turnstream.widgets import Card"),
        ("demos", "from turnstream.agents.chat_completions import stream_chat_response"),
        ("agents", "from agents import Agent"),
        ("http", "from turnstream import __version__"),
        ("store", "import sqlalchemy"),
    ],
)
def test_an_import_that_points_down_is_not(layer: str, source: str) -> None:
    assert violations(layer, source) == []


@pytest.mark.parametrize("name", [*PUBLIC, *PUBLIC_OF_AGENTS])
def test_what_is_public_is_named_here(name: str) -> None:
    module = importlib.import_module(name)
    assert sorted(module.__all__) == sorted({**PUBLIC, **PUBLIC_OF_AGENTS}[name].split())
    assert [member for member in module.__all__ if not hasattr(module, member)] == []


def test_every_bridge_has_its_public_names_and_its_row_in_the_tests_of_all_bridges() -> None:
    assert {"turnstream.agents.core", *BRIDGES} == set(PUBLIC_OF_AGENTS)
    rows = (Path(__file__).parent / "agents" / "bridges.py").read_text("utf-8")
    assert [name for name in sorted(BRIDGES) if name.removeprefix("turnstream.agents.") not in rows] == []


def test_every_public_module_is_named_here() -> None:
    layers = {layer_of(path) for path in modules()} - {"", "cli", "demos"}
    assert {f"turnstream.{layer}" for layer in layers} == set(PUBLIC)


def agent_imports(folder: str, *, only_at_import: bool = False) -> dict[str, set[str]]:
    """What each module of a folder of `agents` imports; at import time only, or wherever in it."""
    found: dict[str, set[str]] = {}
    for path in sorted((SOURCE / "agents" / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        found[str(path.relative_to(SOURCE))] = set(
            imports(ast.Module(body=list(nodes), type_ignores=[]) if only_at_import else tree)
        )
    return found


@pytest.mark.parametrize("bridge", sorted(name.rpartition(".")[2] for name in BRIDGES))
def test_a_bridge_imports_the_core_and_no_other_bridge(bridge: str) -> None:
    others = tuple(name for name in BRIDGES if not name.endswith(f".{bridge}"))
    assert [
        (module, name)
        for module, names in agent_imports(bridge).items()
        for name in names
        if name.startswith(others) or name == "turnstream.agents"
    ] == []


def test_the_core_of_agents_imports_no_bridge_and_no_framework() -> None:
    for module, names in agent_imports("core").items():
        assert [name for name in names if name.startswith(tuple(BRIDGES))] == [], module
    for module, names in agent_imports("core", only_at_import=True).items():
        packages = {name.partition(".")[0] for name in names}
        assert (
            packages & {"agents", "aiohttp", "httpx2", "langchain_core", "langgraph", "pydantic_ai"} == set()
        ), module


def test_every_module_logs_through_the_door_that_hides_secrets() -> None:
    logging = [path for path in modules() if "getLogger(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in logging] == ["redaction.py"]


MAX_FILES = 12
MAX_LINES = 500


def test_no_folder_has_more_modules_than_a_dozen() -> None:
    folders = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert {str(folder): count for folder, count in folders.items() if count > MAX_FILES} == {}


def test_no_module_is_longer_than_a_reader_bears() -> None:
    lengths = {str(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {path: count for path, count in lengths.items() if count > MAX_LINES} == {}


def module_name(path: Path) -> str:
    return ".".join(("turnstream", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


def import_graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the modules that each module imports, anywhere in it and also for its types only."""
    graph: dict[str, set[str]] = {}
    for name, source in sources.items():
        imported: set[str] = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                members = {f"{node.module}.{alias.name}" for alias in node.names} & sources.keys()
                imported |= members or {node.module}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
        graph[name] = (imported & sources.keys()) - {name}
    return graph


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, if any do."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(import_graph({module_name(path): path.read_text("utf-8") for path in modules()})) == []


def test_a_circle_is_found_in_what_is_imported_late_or_for_types() -> None:
    sources = {
        "turnstream.a": "def later():\n    from turnstream.b import x",
        "turnstream.b": "if TYPE_CHECKING:\n    from turnstream import c",
        "turnstream.c": "import turnstream.a",
    }
    assert len(set(circle(import_graph(sources)))) == 3
