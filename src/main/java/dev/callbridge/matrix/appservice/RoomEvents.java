package dev.callbridge.matrix.appservice;

import dev.callbridge.matrix.event.Batch;
import dev.callbridge.matrix.event.DeviceMessage;
import dev.callbridge.matrix.event.RoomEvent;

/// Who acts upon what happens in rooms.
public interface RoomEvents {

    /// Called in order within a room, side by side for several rooms. May block.
    ///
    /// @param batch what came with it
    void happened(RoomEvent event, Batch batch);

    /// The same for what was sent to a device of ours; in order with what happens in the room that it belongs to.
    void received(DeviceMessage message, Batch batch);
}
