/** What was found when the model in use of each kind was last looked at. */
export const MODEL_REVIEWS = `
create table model_review (
  tenant name_text,
  environment name_text,
  kind name_text,
  at_ms bigint not null,
  review json not null,
  primary key (tenant, environment, kind)
);
select isolate_tenants('model_review');
`;
