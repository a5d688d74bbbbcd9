"""Connecting a mailbox: prove it by a login, find its Sent folder, keep it, and sign its owner in again later."""

from app.connect.errors import ConnectProblem
from app.connect.keeping import Connected, keep
from app.connect.leaving import erase_if_free, remove_mailbox
from app.connect.opening import open_account, open_submission_account
from app.connect.proof import ConnectRequest, FolderFacts, Proof, folder_facts, prove
from app.connect.reading import read_text
from app.connect.sign_in import put_sign_in_link

__all__ = [
    "ConnectProblem",
    "ConnectRequest",
    "Connected",
    "FolderFacts",
    "Proof",
    "erase_if_free",
    "folder_facts",
    "keep",
    "open_account",
    "open_submission_account",
    "prove",
    "put_sign_in_link",
    "read_text",
    "remove_mailbox",
]
