from __future__ import annotations

import pytest

from adapters.slack.web.refusals import GONE, LATER, REFUSED, UNSURE, SlackRefusedError, code_of, translate
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError
from bot.texts import CATALOGUE

# What Slack's documentation lists for the methods that we call, as of November 2026.
EVERYWHERE = """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
    fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset
    invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission
    not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required
"""
POSTING = """
    as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found
    duplicate_channel_not_found duplicate_message_not_found invalid_attachments invalid_blocks invalid_blocks_format
    invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded
    messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long msg_too_long no_text
    not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
    restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel
    slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked
    team_not_found too_many_attachments too_many_contact_cards cannot_dm_bot thread_not_found
"""
DOCUMENTED = {
    "chat.postMessage": POSTING,
    "chat.update": """
        block_mismatch cant_broadcast_message cant_update_message channel_not_found edit_window_closed
        external_channel_migrating is_inactive message_not_found no_dual_broadcast_content_update
        streaming_state_conflict update_failed
    """,
    "chat.delete": "message_not_found channel_not_found cant_delete_message compliance_exports_prevent_deletion",
    "chat.startStream": """
        channel_type_not_supported is_bot messaging_processing_failed missing_recipient_team_id
        missing_recipient_user_id unknown_method user_not_found
    """,
    "chat.appendStream": "invalid_chunks message_not_found message_not_in_streaming_state message_not_owned_by_app",
    "chat.stopStream": "missing_file_data message_not_in_streaming_state",
    "conversations.replies": """
        channel_not_found thread_not_found invalid_cursor invalid_limit invalid_ts_latest invalid_ts_oldest
        invalid_metadata_filter_keys
    """,
    "conversations.open": """
        channel_not_found user_not_found user_not_visible user_disabled users_list_not_supplied not_enough_users
        too_many_users method_not_supported_for_channel_type invalid_user_combination
    """,
    "reactions.add": """
        already_reacted bad_timestamp file_comment_not_found file_not_found invalid_name message_not_found
        no_item_specified not_reactable thread_not_found too_many_emoji too_many_reactions
    """,
    "files.getUploadURLExternal": """
        missing_argument storage_limit_reached file_uploads_disabled file_upload_size_restricted snippet_too_large
        unknown_snippet_type unknown_subtype alt_txt_too_large
    """,
    "files.completeUploadExternal": "invalid_channel posting_to_channel_denied file_not_found file_update_failed",
    "files.info": "file_not_found",
    "agents.sessions.setStatus": "not_authorized channel_not_found",
}
CASES = [(method, code) for method, codes in DOCUMENTED.items() for code in (codes + EVERYWHERE).split()]


@pytest.mark.parametrize(("method", "code"), CASES)
def test_every_documented_code_belongs_to_exactly_one_group(method: str, code: str) -> None:
    groups = [LATER, UNSURE, REFUSED, *GONE.values()]

    assert sum(code in group for group in groups) == 1, f"{method}: {code}"


@pytest.mark.parametrize("code", sorted(LATER))
def test_code_that_asks_to_wait_is_surely_not_done(code: str) -> None:
    error = translate("chat.postMessage", {"ok": False, "error": code}, 12.0)

    assert isinstance(error, RetryLaterError)
    assert error.retry_after == 12.0
    assert code_of(error) == code


@pytest.mark.parametrize("code", sorted(UNSURE))
def test_failure_within_slack_leaves_it_open_whether_it_was_done(code: str) -> None:
    assert isinstance(translate("chat.postMessage", {"ok": False, "error": code}), ConnectionError)


@pytest.mark.parametrize(
    ("text_id", "code"), [(text_id, code) for text_id, codes in GONE.items() for code in sorted(codes)]
)
def test_place_that_is_gone_has_a_sentence_in_both_languages(text_id: str, code: str) -> None:
    error = translate("chat.postMessage", {"ok": False, "error": code})

    assert isinstance(error, ThreadGoneError)
    assert error.text_id == text_id
    assert code_of(error) == code
    assert all(text_id in catalogue for catalogue in CATALOGUE.values())


@pytest.mark.parametrize("code", [*sorted(REFUSED), "a_code_of_next_year", ""])
def test_any_other_code_is_refused_for_good_and_says_why(code: str) -> None:
    error = translate("chat.postMessage", {"ok": False, "error": code})

    assert isinstance(error, SlackRefusedError)
    assert isinstance(error, PostRefusedError)
    assert error.code == (code or "unknown_error")
    assert error.code in str(error)


def test_missing_scope_is_named() -> None:
    error = translate("chat.postMessage", {"ok": False, "error": "missing_scope", "needed": "chat:write"})

    assert isinstance(error, SlackRefusedError)
    assert error.needed == "chat:write"
    assert "chat:write" in str(error)


def test_error_of_another_kind_has_no_code() -> None:
    assert code_of(ValueError()) == ""
