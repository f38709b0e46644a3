/** Last values of counters that are sent over OTLP as running totals. */
export const OTLP_STREAMS = `
-- state is null from when a stream is locked for the first time until that transaction ends.
create table otlp_stream (
  tenant name_text,
  environment name_text,
  origin name_text,
  stream name_text,
  state json,
  seen_at_ms bigint not null default now_ms(),
  primary key (tenant, environment, origin, stream)
);
create index otlp_stream_by_time on otlp_stream (seen_at_ms);
`;
