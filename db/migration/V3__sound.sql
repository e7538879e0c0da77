-- How the sound of calls fared.

alter table legs add column quality jsonb;

comment on column legs.quality is 'packets, lost, jitter and round trip, both ways, when the call ended';

create table disturbances (
    disturbance_key bigint generated always as identity primary key,
    call_key        bigint      not null references calls on delete cascade,
    role            text        not null,
    trouble         text        not null,
    began_at        timestamptz not null,
    ended_at        timestamptz
);

comment on table disturbances is 'when a leg of a call was not heard, though the call was up';

create index disturbances_by_call on disturbances (call_key);
