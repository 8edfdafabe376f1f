package dev.weightsmith.report;

/// What is measured along one side of a chart.
///
/// @param suffix behind every number, such as `%`; may be empty
/// @param logarithmic whether equal distances are equal ratios; what is 0 then stands apart at the
///   end
public record Axis(String name, String suffix, boolean logarithmic) {}
