-- What people need to decide about a message: its new text (sealed), whose repetition it is, and who set it aside.
alter table intake.ledger
    add column words text,
    add column same_as bigint references intake.ledger,
    add column set_aside_by text,
    add column set_aside_at timestamptz,
    add check ((set_aside_by is null) = (set_aside_at is null));

grant update (set_aside_by, set_aside_at) on intake.ledger to moldcare_console;
