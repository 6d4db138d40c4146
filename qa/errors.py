"""The errors of question answering; see `ingest.errors` for the rest of the tree.

FootnoteError
└── QAError
    ├── BadQuestion         the question is empty, too long, or has no words
    ├── BadSetting          a setting has an impossible value
    ├── ModelUnavailable    the chat model can't be started or doesn't answer
    ├── BadReceipt          a receipt can't be read or written, or is none
    └── BadQuestionFile     a file of evaluation questions is malformed
"""

from ingest.errors import FootnoteError


class QAError(FootnoteError):
    """Something between a question and its answer went wrong."""


class BadQuestion(QAError):
    """The question is empty, too long, or contains no words."""


class BadSetting(QAError):
    """A setting is unknown or has an impossible value."""


class ModelUnavailable(QAError):
    """The chat model can't be started, or doesn't answer."""


class BadReceipt(QAError):
    """A receipt can't be read or written, is malformed, or is none."""


class BadQuestionFile(QAError):
    """A file of evaluation questions is malformed, or doesn't fit its documents."""
