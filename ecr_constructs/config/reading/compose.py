"""From YAML to its nodes.

PyYAML's own composer reads by YAML 1.1, refuses an anchor that is defined again, which is legal and hides the first
one from there on, and calls itself for each level. Its parser is the same for both versions.
"""

from __future__ import annotations

from typing import Any

import yaml

from ecr_constructs.config.reading.scalars import TEXT, plain_tag

__all__ = ["COLLECTIONS", "DEEPEST", "TooLargeError", "compose"]

DEEPEST = 50
"""How many levels a file may have."""

COLLECTIONS = _MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
"""The tags of mappings and lists."""

# libyaml's parser is some ten times as fast; wheels have it, builds from source may not.
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TooLargeError(Exception):
    """The file expands to more than anyone means; the message says to how much it may."""

    def __init__(self, limit: str, place: yaml.Event | yaml.Node) -> None:
        super().__init__(limit)
        self.line: int = place.start_mark.line + 1 if place.start_mark else 1


def compose(text: str, *, in_characters: bool = False) -> yaml.Node | None:
    """Return the node that a text has at its top; None where it says nothing.

    Args:
        text: The text.
        in_characters: Whether positions are to be counted in characters of the text, which takes ten times as long.

    Raises:
        TooLargeError: It is nested too deeply.
        yaml.YAMLError: It is not YAML, or more than one document.
    """
    root: yaml.Node | None = None
    anchors: dict[str, yaml.Node] = {}
    # The collections that are open, and the key in each mapping that waits for its value.
    opened: list[yaml.Node] = []
    keys: list[yaml.Node | None] = []
    for event in yaml.parse(text, Loader=yaml.SafeLoader if in_characters else _Loader):
        if isinstance(event, yaml.CollectionEndEvent):
            opened.pop().end_mark = event.end_mark
            keys.pop()
            continue
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise _refused("but found another document", event)
        if not isinstance(event, yaml.NodeEvent):
            continue
        node = _node(event, anchors)
        if not opened:
            root = node
        elif isinstance(opened[-1], yaml.SequenceNode):
            opened[-1].value.append(node)
        elif (key := keys[-1]) is None:
            keys[-1] = node
        else:
            opened[-1].value.append((key, node))
            keys[-1] = None
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(node)
            keys.append(None)
            if len(opened) > DEEPEST:
                raise TooLargeError(f"at most {DEEPEST} levels", event)
    return root


def _node(event: Any, anchors: dict[str, yaml.Node]) -> yaml.Node:
    if isinstance(event, yaml.AliasEvent):
        if event.anchor not in anchors:
            raise _refused("found undefined alias", event)
        return anchors[event.anchor]
    start, end, tag = event.start_mark, event.end_mark, event.tag
    if isinstance(event, yaml.ScalarEvent):
        if tag in (None, "!"):
            tag = plain_tag(event.value) if event.implicit[0] else TEXT
        node: yaml.Node = yaml.ScalarNode(tag, event.value, start, end, style=event.style)
    else:
        own, made = (_MAP, yaml.MappingNode) if isinstance(event, yaml.MappingStartEvent) else (_SEQ, yaml.SequenceNode)
        tag = own if tag in (None, "!") else tag
        node = made(tag, [], start, end, flow_style=event.flow_style)
    if event.anchor is not None:
        anchors[event.anchor] = node
    return node


def _refused(problem: str, event: Any) -> yaml.MarkedYAMLError:
    """Return the error of an event; libyaml's marks are of another class than PyYAML's own."""
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)
