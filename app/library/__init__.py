"""The domain: all models, one file an aggregate, and the questions asked of them. No web, no search, no files."""

from app.library.accounts import LoginSession, User
from app.library.actions import ActionItem
from app.library.catalog import Alert, Catalog, CatalogFile, Cause, Service, ServiceDependency, Team
from app.library.documents import (
    Document,
    DocumentAddress,
    DocumentAlert,
    DocumentService,
    DocumentVersion,
    Section,
    SectionAddress,
    newer,
)
from app.library.incidents import Incident, IncidentCause, TimelineEvent
from app.library.misses import AskedQuery, JudgedAnswer, RewordedQuery
from app.library.patterns import Pattern, PatternExclusion, PatternMember, PatternSource, Verdict
from app.library.problems import FileState, Problem, ReviewItem
from app.library.profiles import IncidentProfile
from app.library.reading import ReadingItem, ReadingMark
from app.library.revisions import Counter
from app.library.suggestions import Suggestion, TagDecision
from app.library.synonyms import AddedSynonym

__all__ = [
    "ActionItem",
    "AddedSynonym",
    "Alert",
    "AskedQuery",
    "Catalog",
    "CatalogFile",
    "Cause",
    "Counter",
    "Document",
    "DocumentAddress",
    "DocumentAlert",
    "DocumentService",
    "DocumentVersion",
    "FileState",
    "Incident",
    "IncidentCause",
    "IncidentProfile",
    "JudgedAnswer",
    "LoginSession",
    "Pattern",
    "PatternExclusion",
    "PatternMember",
    "PatternSource",
    "Problem",
    "ReadingItem",
    "ReadingMark",
    "ReviewItem",
    "RewordedQuery",
    "Section",
    "SectionAddress",
    "Service",
    "ServiceDependency",
    "Suggestion",
    "TagDecision",
    "Team",
    "TimelineEvent",
    "User",
    "Verdict",
    "newer",
]
