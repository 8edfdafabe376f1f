package dev.weightsmith.engine;

import dev.weightsmith.plan.Plan;
import dev.weightsmith.plan.PlannedTensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Files that are written one after another, while those of other lanes are written beside them.
record Lane(List<Plan.TensorFile> files) {
    Lane {
        files = List.copyOf(files);
    }

    /// Which lanes of a plan are written together: those whose tensors have the same rows one by
    /// one, wherever their files begin.
    static List<List<Lane>> groups(Plan plan) {
        return List.copyOf(
                plan.tensorFiles().stream()
                        .collect(
                                Collectors.groupingBy(
                                        Plan.TensorFile::lane, TreeMap::new, Collectors.toList()))
                        .values()
                        .stream()
                        .map(Lane::new)
                        .collect(
                                Collectors.groupingBy(
                                        Lane::rows, LinkedHashMap::new, Collectors.toList()))
                        .values());
    }

    /// The tensors of all files, in file order.
    List<PlannedTensor> tensors() {
        return files.stream().map(Plan.TensorFile::tensors).flatMap(Collection::stream).toList();
    }

    private List<Long> rows() {
        return tensors().stream().map(tensor -> tensor.recipe().shape().rows()).toList();
    }

    /// Tensors that are made together: those at the same place of each lane.
    static List<List<PlannedTensor>> together(List<Lane> lanes) {
        List<List<PlannedTensor>> tensors = lanes.stream().map(Lane::tensors).toList();
        return IntStream.range(0, tensors.getFirst().size())
                .mapToObj(place -> tensors.stream().map(lane -> lane.get(place)).toList())
                .toList();
    }
}
