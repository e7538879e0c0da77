-- What is known of a call goes some time after its end; and a room is looked up by its id too.

create index calls_closed on calls (closed_at) where closed_at is not null;
create index dialled_recorded on dialled (recorded_at);
create index line_room_room on line_room (room_id);
