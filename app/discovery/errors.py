"""Why one source of proposals has none."""


class LookUpFailed(Exception):
    """`code` is one of `app.mail.errors`, or of these:

    `no_record`, `dns_timeout`, `dns_failed`; `url_forbidden`, `too_many_redirects`, `not_there`, `too_large`,
    `wrong_content_type`, `http_broken`; `xml_forbidden`, `xml_broken`, `no_client_config`; `host_invalid`,
    `port_forbidden`, `plaintext_offered`, `login_unknown`, `not_offered`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
