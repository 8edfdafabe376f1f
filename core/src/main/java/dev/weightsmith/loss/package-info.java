/// What quantizing loses: measured from finished files.
package dev.weightsmith.loss;
