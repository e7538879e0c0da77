package dev.callbridge.testkit;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Descriptions of a [WebRtcPeer], and what it reads in the bridge's, strictly: what libwebrtc insists on has to be
/// there.
record PeerDescription(String text) {

    /// What a browser offers.
    static final String ALL_FORMATS = """
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
            a=rtpmap:111 opus/48000/2
            a=fmtp:111 minptime=10;useinbandfec=1
            a=rtpmap:63 red/48000/2
            a=fmtp:63 111/111
            a=rtpmap:9 G722/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:13 CN/8000
            a=rtpmap:110 telephone-event/48000
            a=rtpmap:126 telephone-event/8000
            """;

    PeerDescription {
        String bundled = first(text, "a=group:BUNDLE (\\S+)").orElseThrow(() -> missing("a=group:BUNDLE"));
        if (!bundled.equals(first(text, "a=mid:(\\S+)").orElse(""))) {
            throw missing("the a=mid that is bundled");
        }
        if (!text.contains("a=rtcp-mux\r\n")) {
            throw missing("a=rtcp-mux");
        }
        if (!text.contains("m=audio ") || !text.contains(" UDP/TLS/RTP/SAVPF ")) {
            throw missing("m=audio");
        }
    }

    /// @param event -1: none
    static String formats(AudioCodec codec, int number, int event) {
        String events = event < 0 ? "" : "a=rtpmap:%d telephone-event/8000\n".formatted(event);
        return """
            m=audio 9 UDP/TLS/RTP/SAVPF %d%s
            a=rtpmap:%d %s/8000
            """.formatted(number, event < 0 ? "" : " " + event, number, codec) + events;
    }

    static String write(
            int version,
            String formats,
            IcePeer ice,
            String fingerprint,
            String setup,
            String mid,
            Direction direction,
            int ssrc) {
        String head = """
            v=0
            o=- 4611731400430051336 %d IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE %s
            a=msid-semantic: WMS stream
            """.formatted(version, mid);
        String transport = """
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:%s
            a=ice-pwd:%s
            a=ice-options:trickle
            a=fingerprint:sha-256 %s
            a=setup:%s
            a=mid:%s
            a=%s
            a=msid:stream voice
            a=rtcp-mux
            a=ssrc:%d cname:browser
            """.formatted(
                        ice.fragment(),
                        ice.password(),
                        fingerprint,
                        setup,
                        mid,
                        direction.name().toLowerCase(Locale.ROOT),
                        Integer.toUnsignedLong(ssrc));
        return (head + formats + transport).replace("\n", "\r\n") + ice.candidates() + "a=end-of-candidates\r\n";
    }

    private static IllegalStateException missing(String what) {
        return new IllegalStateException("the bridge's description has no " + what);
    }

    private static Optional<String> first(String text, String pattern) {
        Matcher line = Pattern.compile("(?m)^" + pattern + "\r?$").matcher(text);
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    private String required(String name, String pattern) {
        return first(text, pattern).orElseThrow(() -> missing(name));
    }

    String mid() {
        return required("a=mid", "a=mid:(\\S+)");
    }

    String fragment() {
        return required("a=ice-ufrag", "a=ice-ufrag:(\\S+)");
    }

    String password() {
        return required("a=ice-pwd", "a=ice-pwd:(\\S+)");
    }

    String fingerprint() {
        return required("a=fingerprint", "a=fingerprint:sha-256 (\\S+)");
    }

    String setup() {
        return required("a=setup", "a=setup:(\\S+)");
    }

    Direction direction() {
        return first(text, "a=(sendrecv|sendonly|recvonly|inactive)")
                .map(name -> Direction.valueOf(name.toUpperCase(Locale.ROOT)))
                .orElse(Direction.SENDRECV);
    }

    private List<String> numbers() {
        return List.of(required("m=audio", "m=audio \\d+ UDP/TLS/RTP/SAVPF (.*?)")
                .strip()
                .split(" "));
    }

    /// In the order of its numbers.
    List<AudioCodec> codecs() {
        return numbers().stream()
                .flatMap(number ->
                        Arrays.stream(AudioCodec.values()).filter(codec -> number(codec) == Integer.parseInt(number)))
                .toList();
    }

    /// The payload type of `codec`; -1 if it is not there.
    int number(AudioCodec codec) {
        return format(codec + "/8000(?:/1)?");
    }

    /// The payload type of telephone events; -1 if there are none.
    int event() {
        return format("telephone-event/8000");
    }

    private int format(String encoding) {
        return first(text, "a=rtpmap:(\\d+) " + encoding)
                .map(Integer::parseInt)
                .filter(number -> numbers().contains(Integer.toString(number)))
                .orElse(-1);
    }
}
