"""Tokens that are known by their shape: those that detect-secrets knows, and some more. Nothing is verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

# A line is searched in parts of this length: some patterns take time in proportion to its square.
LONGEST = 4_000

# Tokens that detect-secrets lacks, or of which it would leave a part.
_OURS = (
    (
        "jwt",
        "eyJ",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_=-]{8,4000}\.[A-Za-z0-9_=-]{8,4000}(?:\.[A-Za-z0-9_=+/-]{0,4000})?",
    ),
    ("github token", "github_pat_", r"github_pat_[A-Za-z0-9_]{22,255}"),
    ("openai key", "T3BlbkFJ", r"\bsk-[A-Za-z0-9_-]{0,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}"),
    ("anthropic key", "sk-ant-", r"\bsk-ant-[A-Za-z0-9_-]{20,200}"),
    ("google key", "AIza", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    ("slack token", "xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,200}"),
    ("hugging face token", "hf_", r"\bhf_[A-Za-z0-9]{30,60}"),
    ("vault token", "hvs.", r"\bhvs\.[A-Za-z0-9_-]{20,300}"),
)


@dataclass(frozen=True)
class Shape:
    """A kind of token, with texts of which one stands in every token of it."""

    kind: str
    hints: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def hinted(self, text: str) -> bool:
        return any(hint in text for hint in self.hints)

    def in_text(self, text: str) -> bool:
        return any(pattern.search(text) for pattern in self.patterns)

    def masked(self, line: str, tell: Callable[[str], str]) -> str:
        for pattern in self.patterns:
            # The whole match: of some tokens the groups, which detect-secrets would give, are only the beginning.
            line = pattern.sub(lambda match: self._one(match, tell), line)
        return line

    def _one(self, match: re.Match[str], tell: Callable[[str], str]) -> str:
        return match[0] if "EXAMPLE" in match[0] or "xxxx" in match[0].lower() else tell(self.kind)


@cache
def shapes_known() -> tuple[Shape, ...]:
    # Imported when first needed: half of the time that the command line takes to start would go here.
    from detect_secrets.plugins import (
        aws,
        azure_storage_key,
        discord,
        github_token,
        gitlab_token,
        mailchimp,
        pypi_token,
        sendgrid,
        slack,
        square_oauth,
        stripe,
        telegram_token,
        twilio,
    )

    def shape(kind: str, hints: str, detector: Iterable[re.Pattern[str]]) -> Shape:
        return Shape(kind, tuple(hints.split()), tuple(detector))

    return (
        shape("aws key", "AKIA ASIA ABIA ACCA A3T aws AWS", aws.AWSKeyDetector.denylist),
        shape("azure key", "AccountKey", azure_storage_key.AzureStorageKeyDetector.denylist),
        shape("discord token", "M N O", discord.DiscordBotTokenDetector.denylist),
        shape("github token", "ghp_ gho_ ghu_ ghs_ ghr_", github_token.GitHubTokenDetector.denylist),
        shape(
            "gitlab token",
            "glpat- gldt- glft- glsoat- glrt- glcbt- glimt- glptt- glagent- gloas- GR1348941",
            gitlab_token.GitLabTokenDetector.denylist,
        ),
        shape("mailchimp key", "-us", mailchimp.MailchimpDetector.denylist),
        shape("pypi token", "pypi-", pypi_token.PypiTokenDetector.denylist),
        shape("sendgrid key", "SG.", sendgrid.SendGridDetector.denylist),
        shape("slack token", "xox hooks.slack.com", slack.SlackDetector.denylist),
        shape("square token", "sq0csp", square_oauth.SquareOAuthDetector.denylist),
        shape("stripe key", "sk_live rk_live", stripe.StripeDetector.denylist),
        shape("telegram token", ":", telegram_token.TelegramBotTokenDetector.denylist),
        shape("twilio key", "AC SK", twilio.TwilioKeyDetector.denylist),
        *(Shape(kind, (hint,), (re.compile(pattern),)) for kind, hint, pattern in _OURS),
    )
