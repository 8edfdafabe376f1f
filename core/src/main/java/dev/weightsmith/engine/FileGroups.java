package dev.weightsmith.engine;

import dev.weightsmith.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Which files of a plan are written side by side.
///
/// The files at the same place of each lane are, if their tensors have the same rows one by one;
/// else every file is written on its own.
final class FileGroups {
    private FileGroups() {}

    static List<List<Plan.TensorFile>> of(Plan plan) {
        var lanes = new TreeMap<Integer, List<Plan.TensorFile>>();
        for (Plan.TensorFile file : plan.tensorFiles()) {
            lanes.computeIfAbsent(file.lane(), _ -> new ArrayList<>()).add(file);
        }
        List<Plan.TensorFile> first = lanes.isEmpty() ? List.of() : lanes.firstEntry().getValue();
        boolean alike =
                lanes.values().stream()
                        .allMatch(lane ->
                                lane.stream()
                                        .map(FileGroups::rows)
                                        .toList()
                                        .equals(first.stream().map(FileGroups::rows).toList()));
        if (!alike) {
            return plan.tensorFiles().stream().map(List::of).toList();
        }
        var groups = new ArrayList<List<Plan.TensorFile>>();
        for (int i = 0; i < first.size(); i++) {
            int place = i;
            groups.add(lanes.values().stream().map(lane -> lane.get(place)).toList());
        }
        return groups;
    }

    private static List<Long> rows(Plan.TensorFile file) {
        return file.tensors().stream().map(tensor -> tensor.recipe().shape().rows()).toList();
    }
}
