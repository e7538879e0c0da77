-- Our users on the homeserver, one per number that ever called or was called.
create table ghost (
    id           bigint generated always as identity primary key,
    user_id      text        not null unique,
    -- One device per ghost; also its party id in calls. No keys are ever uploaded for it.
    device_id    text        not null,
    -- As the homeserver has it; null until the ghost is registered and named.
    display_name text,
    created      timestamptz not null default now()
);

-- Rooms in which a user and a ghost talk. A user may have several with one ghost; the newest counts.
create table portal (
    id      bigint generated always as identity primary key,
    ghost   text        not null,
    user_id text        not null,
    room_id text        not null unique,
    created timestamptz not null default now()
);

create index portal_members on portal (user_id, ghost, id desc);

-- The room of a user and the bot: where callers ring whose own room the user has not joined.
create table line_room (
    id      bigint generated always as identity primary key,
    user_id text        not null unique,
    room_id text        not null,
    created timestamptz not null default now()
);

-- What the homeserver told us. The body goes when it has been worked through.
create table matrix_transaction (
    id        bigint generated always as identity primary key,
    txn_id    text        not null,
    -- Of the event ids: a homeserver restored from a backup counts from an old number again.
    digest    text        not null,
    body      text,
    received  timestamptz not null default now(),
    processed timestamptz,
    unique (txn_id, digest)
);

create index matrix_transaction_open on matrix_transaction (id) where processed is null;
create index matrix_transaction_received on matrix_transaction (received);

-- Events that were acted upon, so that none is twice.
create table matrix_event (
    event_id text primary key,
    seen     timestamptz not null default now()
);

create index matrix_event_seen on matrix_event (seen);
