package dev.callbridge.matrix.event;

import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Sdp;
import dev.callbridge.matrix.leg.MatrixReasons;
import dev.callbridge.matrix.leg.PeerVersion;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Contents of the call events that one party sends in one call (Client-Server API, Voice over IP). Read leniently,
/// written strictly.
///
/// @param partyId our device in this call; version 0 has no such thing
/// @param version what the other side understands
public record CallEvents(String callId, String partyId, PeerVersion version) {

    public static final String INVITE = "m.call.invite";
    public static final String CANDIDATES = "m.call.candidates";
    public static final String ANSWER = "m.call.answer";
    public static final String SELECT_ANSWER = "m.call.select_answer";
    public static final String REJECT = "m.call.reject";
    public static final String HANGUP = "m.call.hangup";
    public static final String NEGOTIATE = "m.call.negotiate";
    public static final String METADATA_CHANGED = "m.call.sdp_stream_metadata_changed";
    public static final String OLD_METADATA_CHANGED = "org.matrix.call.sdp_stream_metadata_changed";

    public static final String ASSERTED_IDENTITY = "m.call.asserted_identity";
    public static final String OLD_ASSERTED_IDENTITY = "org.matrix.call.asserted_identity";

    /// Clients know one name or the other; both are sent.
    public static final List<String> ASSERTED_IDENTITIES = List.of(ASSERTED_IDENTITY, OLD_ASSERTED_IDENTITY);

    /// js-sdk reads both and sends the first, dart-sdk reads and sends the second only.
    private static final List<String> METADATA =
            List.of("sdp_stream_metadata", "org.matrix.msc3077.sdp_stream_metadata");

    /// All that version 0 has; no reason there means that somebody hung up.
    private static final Set<String> OLD_REASONS = Set.of("ice_failed", "invite_timeout");

    private static final JsonMapper JSON = JsonMapper.shared();

    /// @param invitee only this user may answer
    public ObjectNode invite(Sdp offer, String invitee, Duration lifetime) {
        ObjectNode content = introduced("offer", offer);
        return content.put("invitee", invitee).put("lifetime", lifetime.toMillis());
    }

    public ObjectNode answer(Sdp answer) {
        return introduced("answer", answer);
    }

    /// @param type `offer` or `answer`
    /// @param lifetime how long it can be answered
    public ObjectNode negotiate(String type, Sdp sdp, Duration lifetime) {
        return described("description", type, sdp).put("lifetime", lifetime.toMillis());
    }

    /// All our candidates stand in our description; this says that no more will come.
    public ObjectNode endOfCandidates() {
        ObjectNode content = common();
        content.putArray("candidates")
                .addObject()
                .put("candidate", "")
                .put("sdpMid", "0")
                .put("sdpMLineIndex", 0);
        return content;
    }

    public ObjectNode selectAnswer(String chosen) {
        return common().put("selected_party_id", chosen);
    }

    /// The specification has no reason here; clients heed it all the same.
    public ObjectNode reject(HangupCause cause) {
        return common().put("reason", MatrixReasons.reason(cause));
    }

    public ObjectNode hangup(HangupCause cause) {
        String reason = MatrixReasons.reason(cause);
        return switch (version) {
            case ZERO -> OLD_REASONS.contains(reason) ? common().put("reason", reason) : common();
            case ONE -> common().put("reason", reason);
        };
    }

    /// Who really calls, when the room doesn't show it (MSC3086).
    public ObjectNode assertedIdentity(String userId, String displayName) {
        ObjectNode content = common();
        content.putObject("asserted_identity").put("id", userId).put("display_name", displayName);
        return content;
    }

    private ObjectNode introduced(String kind, Sdp sdp) {
        ObjectNode content = described(kind, kind, sdp);
        content.putObject("capabilities").put("m.call.transferee", false).put("m.call.dtmf", true);
        return content;
    }

    private ObjectNode described(String key, String type, Sdp sdp) {
        ObjectNode content = common();
        content.putObject(key).put("type", type).put("sdp", sdp.text());
        parsed(sdp).ifPresent(description -> metadata(content, description));
        return content;
    }

    /// Clients look our stream up by the id that our description gives it. While nothing is sent it is shown as
    /// muted.
    private static void metadata(ObjectNode content, SessionDescription description) {
        boolean sends = description.audioDirection().map(Direction::sends).orElse(true);
        description.streamId().ifPresent(stream -> {
            for (String key : METADATA) {
                content.putObject(key)
                        .putObject(stream)
                        .put("purpose", "m.usermedia")
                        .put("audio_muted", !sends)
                        .put("video_muted", true);
            }
        });
    }

    private static Optional<SessionDescription> parsed(Sdp sdp) {
        try {
            return Optional.of(SessionDescription.parse(sdp.text()));
        } catch (SdpException _) {
            return Optional.empty();
        }
    }

    private ObjectNode common() {
        ObjectNode content = JSON.createObjectNode().put("call_id", callId);
        return switch (version) {
            case ZERO -> content.put("version", 0);
            case ONE -> content.put("version", "1").put("party_id", partyId);
        };
    }
}
