/// How rows are made: one small class for each kind of recipe, in which the making, the memory that
/// it takes and the rows that belong together stand side by side.
package dev.weightsmith.engine.rows;
