"""What Slack's refusals mean for the caller: the one place that knows Slack's error codes. Pure.

Every code belongs to exactly one group. A code that is in none was refused for good: Slack said no, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError


def _codes(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


LATER = _codes(
    "ratelimited rate_limited message_limit_exceeded team_added_to_org org_login_required request_timeout",
    "external_channel_migrating streaming_state_conflict",
)
"""Surely not done; the same call may succeed later."""

UNSURE = _codes(
    "fatal_error internal_error service_unavailable update_failed messaging_processing_failed file_update_failed"
)
"""Slack failed on the way: by its own documentation some of it may have been done."""

GONE = {
    "slack_gone_channel": _codes("channel_not_found invalid_channel team_not_found"),
    "slack_gone_archived": _codes("is_archived is_inactive"),
    "slack_gone_kicked": _codes("not_in_channel no_permission"),
    "slack_gone_denied": _codes(
        "posting_to_channel_denied restricted_action restricted_action_read_only_channel",
        "restricted_action_thread_only_channel restricted_action_non_threadable_channel ekm_access_denied",
        "messages_tab_disabled access_denied accesslimited channel_type_not_supported",
    ),
    "slack_gone_thread": _codes("thread_not_found cannot_reply_to_message restricted_action_thread_locked"),
    "slack_gone_token": _codes(
        "invalid_auth not_authed account_inactive token_revoked token_expired two_factor_setup_required",
        "team_access_not_granted not_allowed_token_type enterprise_is_restricted",
    ),
}
"""Nothing can be shown there any more: the codes by the sentence that says why."""

REFUSED = _codes(
    # About what was to be shown.
    "msg_too_long msg_blocks_too_long no_text invalid_blocks invalid_blocks_format invalid_attachments",
    "too_many_attachments attachment_payload_limit_exceeded too_many_contact_cards invalid_metadata_format",
    "invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app markdown_text_conflict block_mismatch",
    "invalid_chunks slack_connect_file_link_sharing_blocked slack_connect_canvas_sharing_blocked",
    "slack_connect_lists_sharing_blocked slack_connect_blocked_file_sharing slack_connect_clip_sharing_blocked",
    # About the message that was to be changed.
    "message_not_found cant_update_message cant_delete_message edit_window_closed message_not_in_streaming_state",
    "message_not_owned_by_app compliance_exports_prevent_deletion cant_broadcast_message",
    "no_dual_broadcast_content_update missing_recipient_team_id missing_recipient_user_id",
    # About files.
    "file_not_found missing_file_data storage_limit_reached file_uploads_disabled file_upload_size_restricted",
    "snippet_too_large unknown_snippet_type unknown_subtype alt_txt_too_large missing_argument",
    # About reactions.
    "already_reacted not_reactable too_many_emoji too_many_reactions invalid_name bad_timestamp no_item_specified",
    "file_comment_not_found",
    # About people.
    "user_not_found user_not_visible user_disabled users_list_not_supplied not_enough_users too_many_users",
    "method_not_supported_for_channel_type invalid_user_combination cannot_dm_bot",
    # About the call: ours to mend, and no repetition would.
    "missing_scope not_authorized unknown_method method_deprecated deprecated_endpoint as_user_not_supported is_bot",
    "duplicate_channel_not_found duplicate_message_not_found invalid_arguments invalid_arg_name invalid_array_arg",
    "invalid_charset invalid_form_data invalid_json json_not_object invalid_post_type missing_post_type",
    "missing_charset invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest invalid_metadata_filter_keys",
)
"""Never to be done as it was asked."""

_SENTENCES = {code: text_id for text_id, codes in GONE.items() for code in codes}

_LATER_SECONDS = {"team_added_to_org": 300.0, "org_login_required": 300.0, "external_channel_migrating": 60.0}
"""How long to wait where Slack says no number."""


class SlackRefusedError(PostRefusedError):
    """Slack said no to this call for good; `code` is its word for why."""

    def __init__(self, method: str, code: str, *, needed: str = "") -> None:
        super().__init__(f"Slack refused {method}: {code}" + (f" (missing scope: {needed})" if needed else ""))
        self.method = method
        """The Web API method."""
        self.code = code
        """Slack's own code, such as `message_not_found`."""
        self.needed = needed
        """The scopes that the token lacks, as Slack names them, where that is the reason."""


def translate(method: str, answer: Mapping[str, Any], retry_after: float | None = None) -> Exception:
    """Return what an answer of `ok: false` means for the caller.

    Args:
        method: The Web API method that was called.
        answer: Slack's answer.
        retry_after: The seconds of its `Retry-After` header, where there was one.

    Returns:
        `RetryLaterError` (surely not done, later perhaps), `ThreadGoneError`, `SlackRefusedError` (a
        `PostRefusedError`), or a `ConnectionError`: whether it was done is not known.
    """
    code = str(answer.get("error") or "unknown_error")
    if code in LATER:
        wait = retry_after or _LATER_SECONDS.get(code)
        return RetryLaterError(f"Slack asks to wait with {method}: {code}", retry_after=wait, facts={"code": code})
    if code in UNSURE:
        return ConnectionError(f"Slack failed within {method} ({code}); whether it was done is not known")
    if code in _SENTENCES:
        return ThreadGoneError(f"Slack refused {method}: {code}", text_id=_SENTENCES[code], facts={"code": code})
    return SlackRefusedError(method, code, needed=str(answer.get("needed") or ""))


def code_of(error: BaseException) -> str:
    """Return Slack's own code of a translated refusal, or an empty text."""
    if isinstance(error, SlackRefusedError):
        return error.code
    return str(error.facts.get("code", "")) if isinstance(error, ThreadGoneError | RetryLaterError) else ""
