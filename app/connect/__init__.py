"""Connecting a mailbox: prove it by a login, find its Sent folder, keep it, and sign its owner in again later."""

from app.connect.admission import Admission
from app.connect.errors import ConnectProblem
from app.connect.keeping import Connected, keep
from app.connect.leaving import erase_if_free, erase_rep, remove_mailbox
from app.connect.opening import open_account, open_submission_account
from app.connect.own_mail import put_own_mail
from app.connect.proof import ConnectRequest, FolderFacts, Proof, folder_facts, prove
from app.connect.reading import MailPlace, read_mails
from app.connect.sign_in import put_sign_in_link

__all__ = [
    "Admission",
    "ConnectProblem",
    "ConnectRequest",
    "Connected",
    "FolderFacts",
    "MailPlace",
    "Proof",
    "erase_if_free",
    "erase_rep",
    "folder_facts",
    "keep",
    "open_account",
    "open_submission_account",
    "prove",
    "put_own_mail",
    "put_sign_in_link",
    "read_mails",
    "remove_mailbox",
]
