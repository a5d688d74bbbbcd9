"""Every module with tables: importing this one makes the metadata whole."""

from app.store import admin_acts, contact_facts, invitations, oauth_grants, oauth_states, reply_looks, schema

__all__ = ["admin_acts", "contact_facts", "invitations", "oauth_grants", "oauth_states", "reply_looks", "schema"]
