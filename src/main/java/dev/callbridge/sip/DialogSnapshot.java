package dev.callbridge.sip;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sip.Dialog;
import javax.sip.header.RouteHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Enough of a confirmed dialog to send a BYE in it from another process.
///
/// @param v counted up when older rows can't be read as they are
/// @param localSeq the CSeq number of our last request; 0: none yet
/// @param remoteSeq theirs; -1: none yet
/// @param routes Route headers of our next request, in order
record DialogSnapshot(
        int v,
        String trunk,
        String transport,
        String callId,
        String localTag,
        String remoteTag,
        String localUri,
        String remoteUri,
        long localSeq,
        long remoteSeq,
        @Nullable String remoteTarget,
        List<String> routes) {

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static DialogSnapshot of(Dialog dialog, Trunk trunk, Transport transport) {
        List<String> routes = new ArrayList<>();
        Iterator<?> route = dialog.getRouteSet();
        while (route.hasNext()) {
            routes.add(((RouteHeader) route.next()).getAddress().toString());
        }
        var target = dialog.getRemoteTarget();
        return new DialogSnapshot(
                VERSION,
                trunk.name(),
                transport.token(),
                dialog.getCallId().getCallId(),
                dialog.getLocalTag(),
                dialog.getRemoteTag(),
                dialog.getLocalParty().getURI().toString(),
                dialog.getRemoteParty().getURI().toString(),
                dialog.getLocalSeqNumber(),
                dialog.getRemoteSeqNumber(),
                target == null ? null : target.getURI().toString(),
                List.copyOf(routes));
    }

    String json() {
        return JSON.writeValueAsString(this);
    }
}
