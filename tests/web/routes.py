"""Every route of the application, filled with the ids of one rep."""

from collections.abc import Iterator

from fastapi.routing import iter_route_contexts

from tests.web.seed import Seeded
from tests.web.site import Site


def paths_of(site: Site) -> set[tuple[str, str]]:
    """Method and path with its parameters, such as `("GET", "/sends/{send_id}")`."""
    contexts = iter_route_contexts(site.app.routes)
    return {(method, context.path or "") for context in contexts for method in context.methods or ()}


def own_paths(site: Site, seeded: Seeded) -> Iterator[tuple[str, str]]:
    """The routes that name an object, with the ids of this rep's objects."""
    ids = {
        "{mailbox_id}": seeded.mailbox_id,
        "{send_id}": seeded.sends["parts-0"],
        "{template_id}": seeded.templates["parts"],
    }
    for method, path in sorted(paths_of(site)):
        if any(name in path for name in ids):
            yield method, path.format(**{name.strip("{}"): id_ for name, id_ in ids.items()})
