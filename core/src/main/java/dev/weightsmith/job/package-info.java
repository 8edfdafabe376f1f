/// Jobs that write models: a request is planned, the plan is looked at, and carried out.
///
/// ```
/// Request ──Job.plan──► Planned ──Job.run──► Done
/// ```
package dev.weightsmith.job;
