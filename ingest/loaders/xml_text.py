"""XML file, also an SVG drawing -> Draft: the texts in its elements, each on a line."""

from ingest.loaders.draft import Draft
from ingest.loaders.normalising import one_line

_LEFT_OUT = ("style", "script")


def load_xml(data: bytes) -> Draft:
    """Return the texts of an XML file, a line for each element that holds words of its own.

    Raises:
        lxml.etree.XMLSyntaxError: It isn't XML.
    """
    from lxml import etree

    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    lines: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        wanted = event == "end" or not str(element.tag).endswith(_LEFT_OUT)
        if wanted and (words := one_line(text or "")):
            lines.append(words)
    return Draft(parts=("\n".join(lines),))
