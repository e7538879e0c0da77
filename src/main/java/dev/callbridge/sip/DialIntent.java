package dev.callbridge.sip;

import tools.jackson.databind.json.JsonMapper;

/// What is written down before an INVITE leaves: enough to cancel it from another process (RFC 3261 §9.1).
///
/// @param v counted up when older rows can't be read as they are
record DialIntent(
        int v,
        String trunk,
        String transport,
        String hop,
        String requestUri,
        String callId,
        String localTag,
        String branch,
        long cseq) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    String json() {
        return JSON.writeValueAsString(this);
    }
}
