package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All that a run has measured; written as JSON as it stands. */
record Results(Map<String, String> environment, List<Row> rows) {
  /** One measurement of one server: a rate, or memory, or what went wrong. */
  record Sample(
      int round,
      Workload.@Nullable Rate rate,
      Workload.@Nullable Memory memory,
      @Nullable String failure) {}

  /** One server under one load. */
  record Row(String load, String server, List<Sample> samples) {
    @Nullable
    String failure() {
      return samples.stream()
          .map(Sample::failure)
          .filter(f -> f != null)
          .findFirst()
          .orElse(null);
    }

    /** Smallest, middle and largest of a figure; null if it was not measured. */
    @Nullable
    Spread rates(ToDoubleFunction<Workload.Rate> figure) {
      List<Double> values = new ArrayList<>();
      for (Sample sample : samples) {
        if (sample.rate() != null) {
          values.add(figure.applyAsDouble(sample.rate()));
        }
      }
      return Spread.of(values);
    }

    @Nullable
    Spread memory(ToDoubleFunction<Workload.Memory> figure) {
      List<Double> values = new ArrayList<>();
      for (Sample sample : samples) {
        if (sample.memory() != null) {
          values.add(figure.applyAsDouble(sample.memory()));
        }
      }
      return Spread.of(values);
    }
  }

  /** Smallest, middle and largest. */
  record Spread(double min, double median, double max) {
    static @Nullable Spread of(List<Double> values) {
      if (values.isEmpty()) {
        return null;
      }
      double[] sorted =
          values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
  }

  /** The rows of each load, in the order in which they were measured. */
  Map<Workload, List<Row>> byLoad() {
    Map<Workload, List<Row>> byLoad = new LinkedHashMap<>();
    for (Row row : rows) {
      byLoad.computeIfAbsent(Workload.of(row.load), load -> new ArrayList<>()).add(row);
    }
    return byLoad;
  }

  /** A server's CPU or bytes per unit in relation to the raw server's in the same round; null if one is missing. */
  @Nullable
  Spread toRaw(Row row) {
    Row raw = rows.stream()
        .filter(other -> other.load.equals(row.load) && other.server.equals(Contestant.RAW.id()))
        .findFirst()
        .orElse(null);
    if (raw == null) {
      return null;
    }
    List<Double> ratios = new ArrayList<>();
    for (Sample sample : row.samples) {
      for (Sample base : raw.samples) {
        if (base.round() == sample.round()) {
          double ratio = cost(sample) / cost(base);
          if (Double.isFinite(ratio)) {
            ratios.add(ratio);
          }
        }
      }
    }
    return Spread.of(ratios);
  }

  private static double cost(Sample sample) {
    if (sample.rate() != null) {
      return sample.rate().serverMicros();
    }
    return sample.memory() != null ? sample.memory().usedBytes() : Double.NaN;
  }
}
