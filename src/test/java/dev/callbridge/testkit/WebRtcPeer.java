package dev.callbridge.testkit;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDtlsTransportObserver;
import dev.onvoid.webrtc.RTCDtlsTransportState;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCIceGatheringState;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCPeerConnectionState;
import dev.onvoid.webrtc.RTCRtpTransceiver;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.MediaStreamTrack;
import dev.onvoid.webrtc.media.audio.AudioTrack;
import dev.onvoid.webrtc.media.audio.CustomAudioSource;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A browser without the browser: libwebrtc, which sends one tone and hears another. It finds no loopback address: the
/// machine needs one other interface.
public final class WebRtcPeer implements AutoCloseable {

    private static final int RATE = 48000;
    private static final int FRAME = RATE / 100;
    /// Milliseconds: several packets long.
    private static final int LOOK = 150;

    private static final int LIMIT_SECONDS = 20;

    private final Tone voice;
    private final HeadlessAudioDeviceModule device = new HeadlessAudioDeviceModule();
    private final PeerConnectionFactory factory;
    private final CustomAudioSource source = new CustomAudioSource();
    private final RTCPeerConnection connection;
    private final Hearing hearing = new Hearing();
    private final CompletableFuture<Boolean> gathered = new CompletableFuture<>();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final ScheduledExecutorService speech = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("webrtc-peer").daemon().factory());
    private long spoken;
    private boolean closed;

    /// @param voice what it sends once it is connected
    public WebRtcPeer(Tone voice) {
        this.voice = voice;
        factory = new PeerConnectionFactory(device);
        device.initPlayout();
        device.startPlayout();
        connection = factory.createPeerConnection(new RTCConfiguration(), new Observer());
        connection.addTrack(factory.createAudioTrack("voice", source), List.of("stream"));
    }

    /// Its offer, with all its candidates.
    public String offer() {
        var made = new Created();
        connection.createOffer(new RTCOfferOptions(), made);
        return local(made);
    }

    /// Its answer to `offer`, with all its candidates.
    public String answer(String offer) {
        take(RTCSdpType.OFFER, offer);
        var made = new Created();
        connection.createAnswer(new RTCAnswerOptions(), made);
        return local(made);
    }

    /// The answer to its offer.
    public void answered(String answer) {
        take(RTCSdpType.ANSWER, answer);
    }

    private String local(Created made) {
        var set = new Done();
        connection.setLocalDescription(await(made.description), set);
        await(set.done);
        await(gathered);
        return connection.getLocalDescription().sdp;
    }

    private void take(RTCSdpType type, String sdp) {
        var set = new Done();
        connection.setRemoteDescription(new RTCSessionDescription(type, sdp), set);
        await(set.done);
    }

    /// Waits until DTLS is up; from then on it sends its tone.
    public void awaitConnected() {
        await(connected);
    }

    /// Waits until its connection has ended, for whatever reason.
    public void awaitEnd() {
        await(ended);
    }

    /// Whether for the last second it heard `other`, and not itself.
    public boolean hears(Tone other) {
        return hearing.isOnly(other, voice);
    }

    /// What it heard in the last second, for people to read.
    public String hearing(Tone other) {
        return hearing.describe(other, voice);
    }

    /// Presses a key.
    public void press(String keys) {
        connection.getSenders()[0].getDtmfSender().insertDtmf(keys, 100, 50);
    }

    /// As a page does when it goes: says goodbye on DTLS.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            silence();
            connection.close();
            factory.dispose();
            device.dispose();
            source.dispose();
        }
    }

    private void silence() {
        speech.shutdownNow();
        try {
            if (!speech.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still speaking");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// libwebrtc starts the device by itself some time after it is connected. That would mix silence into our tone, and
    /// aborts the process if both come at once. So the tone waits until the silence has been seen to flow, has been
    /// stopped, and no packet leaves any more.
    private void speak() {
        var _ = speech.schedule(
                () -> connection.getStats(report -> look(sent(report), -1)), LOOK, TimeUnit.MILLISECONDS);
    }

    private void look(long sent, long before) {
        if (sent > 0 && sent == before) {
            try {
                var _ = speech.scheduleAtFixedRate(this::push, 0, 10, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException _) {
                // closed meanwhile
            }
            return;
        }
        try {
            if (sent > 0) {
                speech.execute(device::stopRecording);
            }
            var _ = speech.schedule(
                    () -> connection.getStats(report -> look(sent(report), sent)), LOOK, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // closed meanwhile
        }
    }

    private static long sent(RTCStatsReport report) {
        return report.getStats().values().stream()
                .filter(stats -> stats.getType() == RTCStatsType.OUTBOUND_RTP)
                .map(stats -> stats.getAttributes().get("packetsSent"))
                .filter(Number.class::isInstance)
                .mapToLong(packets -> ((Number) packets).longValue())
                .sum();
    }

    private void push() {
        ByteBuffer frame = ByteBuffer.allocate(2 * FRAME).order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : voice.samples(spoken, FRAME, RATE)) {
            frame.putShort(sample);
        }
        spoken += FRAME;
        source.pushAudio(frame.array(), 16, RATE, 1, FRAME);
    }

    private void heard(byte[] data, int bits, int rate, int channels, int frames) {
        ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        short[] samples = new short[frames];
        for (int i = 0; i < frames; i++) {
            samples[i] = bytes.getShort(i * channels * bits / 8);
        }
        hearing.add(samples, rate);
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    private final class Observer implements PeerConnectionObserver {

        @Override
        public void onIceCandidate(RTCIceCandidate candidate) {
            // They are all in the description.
        }

        @Override
        public void onIceGatheringChange(RTCIceGatheringState state) {
            if (state == RTCIceGatheringState.COMPLETE) {
                gathered.complete(true);
            }
        }

        @Override
        public void onConnectionChange(RTCPeerConnectionState state) {
            switch (state) {
                case CONNECTED -> {
                    if (connected.complete(true)) {
                        connection.getSenders()[0].getTransport().registerObserver(new Goodbye());
                        speak();
                    }
                }
                case DISCONNECTED, FAILED, CLOSED -> ended.complete(true);
                case NEW, CONNECTING -> {}
            }
        }

        @Override
        public void onTrack(RTCRtpTransceiver transceiver) {
            MediaStreamTrack track = transceiver.getReceiver().getTrack();
            if (track instanceof AudioTrack audio) {
                audio.addSink(WebRtcPeer.this::heard);
            }
        }
    }

    private final class Goodbye implements RTCDtlsTransportObserver {

        @Override
        public void onStateChange(RTCDtlsTransportState state) {
            if (state == RTCDtlsTransportState.CLOSED) {
                ended.complete(true);
            }
        }

        @Override
        public void onError(@Nullable String error) {
            ended.complete(true);
        }
    }

    private static final class Created implements CreateSessionDescriptionObserver {

        private final CompletableFuture<RTCSessionDescription> description = new CompletableFuture<>();

        @Override
        public void onSuccess(RTCSessionDescription made) {
            description.complete(made);
        }

        @Override
        public void onFailure(@Nullable String error) {
            description.completeExceptionally(new IllegalStateException(error));
        }
    }

    private static final class Done implements SetSessionDescriptionObserver {

        private final CompletableFuture<Boolean> done = new CompletableFuture<>();

        @Override
        public void onSuccess() {
            done.complete(true);
        }

        @Override
        public void onFailure(@Nullable String error) {
            done.completeExceptionally(new IllegalStateException(error));
        }
    }
}
