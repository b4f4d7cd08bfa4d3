"""What a heading's words say of the section under it, in the variants that real documents use."""

from __future__ import annotations

import re
from functools import lru_cache

# Whole headings, compared without case, numbers, brackets, `the`, `our` and punctuation.
_WHOLE = {
    "summary": """
        summary, overview, abstract, tldr, tl dr, in short, introduction, intro, background, context, executive
        summary, incident summary, issue summary, synopsis, at a glance, what is this, about, purpose, preface
    """,
    "impact": """
        impact, impacts, consequences, scope, affected, severity, damage, data loss, data integrity, blast radius,
        how urgent, urgency, how urgent is it,
        stats, customer impact, user impact, business impact, effect, effects, services affected, affected services,
        severity and impact
    """,
    "symptoms": """
        symptom, symptoms, meaning, alert, alerts, alert description, description, what it means, problem, problem
        description, signs, error, errors, error message, observations, the problem, when to use, when to use this,
        applies when, fault, faults, behaviour, behavior, trigger conditions, alert details
    """,
    "diagnosis": """
        diagnosis, diagnose, diagnostics, triage, investigation, investigate, troubleshooting, troubleshoot,
        debugging, debug, first steps, first look, initial steps, assessment, analysis, checks, what to check,
        queries, logs, evaluation, look first, first aid
    """,
    "mitigation": """
        mitigation, mitigate, mitigations, remediation, remediate, remedy, fix, fixes, how to fix, how to fix it,
        solution, solutions, recovery, recover, recovery steps, repair, workaround, workarounds, procedure,
        procedures, steps, action, what to do, what should you do, actions to take, stop the bleeding, resolve,
        runbook, instructions, process, response, steps to resolve, step by step, execution, do this, quick fix,
        restore
    """,
    "rollback": """
        rollback, roll back, rolling back, revert, reverting, undo, back out, backout, backout plan, rollback plan,
        way back, if it gets worse
    """,
    "verification": """
        verification, verify, validation, validate, confirmation, confirm, confirm recovery, how to verify, success
        criteria, is it fixed, when it is over, after the fix, exit criteria, done when
    """,
    "escalation": """
        escalation, escalate, escalations, escalation path, when to escalate, who to call, contact, contacts, contact
        us, support, get help, getting help, on call, when it is escalated, communication, communications
    """,
    "detection": """
        detection, detecting, how it was detected, how was it detected, how we noticed, alerting, monitoring
    """,
    "timeline": """
        timeline, time line, incident timeline, timeline of events, chronology, sequence of events, events, what
        happened, history, log of events, event log, timeline utc, the incident, narrative
    """,
    "cause": """
        cause, causes, root cause, root causes, possible causes, likely causes, common causes, contributing factors,
        contributing factor, contributing causes, factors, trigger, triggers, root cause analysis, rca, why, why did
        it happen, how did it happen, why it happened, how it happened, why it failed, fault tree, five whys, 5 whys,
        explanation, technical details, technical explanation, vulnerability
    """,
    "resolution": """
        resolution, resolution and recovery, how we fixed it, how it was fixed, how was it fixed, how it was resolved,
        recovery and resolution, fix applied, response and resolution
    """,
    "went-well": """
        what went well, went well, things that went well, what worked, what worked well, where we got lucky, got
        lucky, positives, what we did well, luck
    """,
    "went-badly": """
        what went wrong, went wrong, what went badly, went badly, what went poorly, things that went poorly, what
        didnt go well, what did not go well, what could have gone better, what could be better, what could be
        improved, what can be improved, what went less well, where we struggled, what didnt work, things that went
        wrong, what surprised us
    """,
    "decisions": """
        decisions, decision, decisions review, decision review, review of decisions, key decisions, decisions made,
        trade offs, tradeoffs, decisions and trade offs, what was decided
    """,
    "lessons": """
        lesson, lessons, lessons learned, lessons learnt, learnings, what we learned, what we learnt, takeaways, key
        takeaways, insights, reflections, retrospective, conclusion, conclusions, moving forward, recommendations,
        prevention, preventing, how to prevent, how to prevent it
    """,
    "actions": """
        action items, action item, actions, actions taken, follow ups, follow up, followup, follow up actions, follow
        up items, next steps, preventive measures, preventative measures, corrective actions, corrective and
        preventative measures, remediation items, to do, todo, todos, immediate actions, planned actions,
        improvements, what we are doing, what we are doing about it, what are we doing, what we promised, preventive
        actions, future work, repair items, how are we preventing it from happening again, what we will do
    """,
}

# Words anywhere in a heading, the first row that fits: only those that leave little doubt.
_WORDS = (
    ("actions", r"action items?|\bactions\b|follow[- ]?ups?|next steps|\b(?:short|medium|long)[- ]term improvements"),
    ("went-well", r"\bwent (?:right|well)\b|\bgot lucky\b"),
    ("went-badly", r"\bwent (?:wrong|badly|poorly)\b|n['’]t go well|\bgone better\b|\bwasn['’]t caught\b"),
    ("rollback", r"\broll(?:ing)?[- ]?back\b"),
    ("timeline", r"\btime ?line\b|\bchronology\b"),
    ("cause", r"\b(?:root|contributing|possible|common|likely) (?:causes?|factors?)\b"),
    ("lessons", r"\blessons?\b|\btakeaways?\b|\bprevent(?:ion|ing)\b"),
    ("verification", r"\bverif(?:y|ying|ication)\b|\bvalidat(?:e|ing|ion)\b"),
    ("escalation", r"\bescalat(?:e|ing|ion)\b"),
    ("mitigation", r"\bmitigat(?:e|ing|ion)\b|\bremediat(?:e|ing|ion)\b|\bworkarounds?\b|\bstop the bleeding\b"),
    ("diagnosis", r"\bdiagnos(?:e|ing|is|tics)\b|\btroubleshoot(?:ing)?\b|\binvestigat(?:e|ing|ion)\b|\bdebug"),
    ("detection", r"\bdetect(?:ed|ing|ion)?\b"),
    ("symptoms", r"\bsymptoms?\b"),
    ("impact", r"\bimpact\b"),
    ("resolution", r"\bresolution\b|\bresolved\b"),
    ("summary", r"\bsummary\b|\boverview\b"),
)


def _listed(headings: str) -> list[str]:
    return [" ".join(heading.split()) for heading in headings.split(",")]


_ROLE_OF = {heading: role for role, headings in _WHOLE.items() for heading in _listed(headings)}
_ROW = tuple((role, re.compile(words, re.I)) for role, words in _WORDS)
_NUMBER = re.compile(r"^\W*(?:step\s+)?\d+(?:\.\d+)*[.):]?\s+", re.I)
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]{0,200}[)\]]\s*")
_NOISE = re.compile(r"\b(?:the|our|an?|incident's)\b|[^\w\s]+")


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str | None:
    """The role that a heading's own words name, or None."""
    bare = _BRACKETED.sub(" ", _NUMBER.sub("", heading[:300])).casefold().replace("’", "'").replace("'", "")
    whole = " ".join(_NOISE.sub(" ", bare).split())
    if role := _ROLE_OF.get(whole):
        return role
    if len(whole.split()) > 10:
        return None
    return next((role for role, words in _ROW if words.search(heading)), None)
