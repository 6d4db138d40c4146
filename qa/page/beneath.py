"""An answer in, what can be done with it out, as HTML: copy it, save its receipt, say whether it is right."""

from qa.page.brief import markdown
from qa.page.choices import filter_words
from qa.page.conversation import Turn
from qa.page.markup import action, isolated, shown
from qa.records import Answer


def beneath_html(turn: Turn, answer: Answer) -> str:
    """Return what stands beneath an answer."""
    copying = f'<button type="button" class="quiet" data-copy="{shown(markdown(answer))}">Copy as Markdown</button>'
    if answer.kind != "question":
        return copying
    kept = bool(turn.identifier) and not turn.problem
    return f"{copying}{_receipt_link(turn) if kept else ''}{_made(answer)}{_judging(turn) if kept else ''}"


def _receipt_link(turn: Turn) -> str:
    return f'<a class="quiet" href="receipt/{turn.identifier}" download>Save the receipt</a>'


def _judging(turn: Turn) -> str:
    """Return the ways to call an answer right or wrong and, once it is called so, to say why."""
    buttons = ""
    for thumb, label in (("up", "Yes"), ("down", "No")):
        button = action("like", label, css_class=f"quiet thumb {thumb}", turn=turn.identifier, thumb=thumb)
        pressed = str(turn.thumb == thumb).lower()
        buttons += button.replace("<button ", f'<button aria-pressed="{pressed}" ', 1)
    comment = ""
    if turn.thumb:
        why = "What is right about it?" if turn.thumb == "up" else "What should it say, and where does it stand?"
        keeping = action(
            "like", "Kept" if turn.comment else "Keep", css_class="quiet", turn=turn.identifier, thumb=turn.thumb
        )
        comment = (
            f'<span class="comment"><input type="text" data-field="text" maxlength="2000" aria-label="{why}" '
            f'placeholder="{why}" value="{shown(turn.comment)}">{keeping}</span>'
        )
    asked = "Is this answer right?"
    return f'<div class="judging" role="group" aria-label="{asked}"><span>{asked}</span>{buttons}{comment}</div>'


def _made(answer: Answer) -> str:
    name = str(answer.model.get("name", "none"))
    model = "quotes only, no model" if name == "none" else f"model {isolated(name)}"
    of = filter_words(answer.settings.get("filters"))
    asked_of = f", documents {isolated(of)}" if of else ""
    times = answer.timings
    return (
        f'<p class="receipt">Evidence after {times.evidence_seconds:.1f} s, '
        f"answer after {times.total_seconds:.1f} s, {model}{asked_of}</p>"
    )
