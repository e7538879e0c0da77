-- Calls and their legs as they happen. Written behind the calls' backs, but for "dialled", which is awaited.

create table calls (
    call_key    bigint generated always as identity primary key,
    call_id     text        not null unique,
    caller      text        not null,
    callee      text        not null,
    node        text        not null,
    lease_until timestamptz,
    opened_at   timestamptz not null,
    answered_at timestamptz,
    closed_at   timestamptz,
    cause       text,
    reason      text,
    ended_by    text
);

create index calls_open on calls (node) where closed_at is null;

create table legs (
    leg_key       bigint generated always as identity primary key,
    call_key      bigint      not null references calls on delete cascade,
    role          text        not null,
    kind          text        not null,
    state         jsonb       not null,
    identifiers   jsonb       not null,
    local_sdp     text,
    remote_sdp    text,
    local_version bigint,
    local_port    integer,
    dialog        jsonb,
    changed_at    timestamptz not null,
    unique (call_key, role)
);

comment on column legs.state is 'versioned JSON, named by hand: {"v": 1, "state": "confirmed", ...}';
comment on column legs.local_version is 'the session version of our o= line (RFC 8866 section 5.2)';
comment on column legs.dialog is 'enough of a confirmed SIP dialog to end it from another process';

create table dialled (
    dial_id     uuid        primary key,
    call_id     text        not null,
    role        text        not null,
    intent      jsonb       not null,
    recorded_at timestamptz not null,
    abandoned   boolean     not null default false
);

comment on table dialled is 'what may have rung a telephone: written before it is sent';
comment on column dialled.abandoned is 'was never sent: it came to disk too late, or the call was over by then';

create index dialled_by_call on dialled (call_id);
