package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.Workload;
import dev.parley.benchmarks.run.Results.Row;
import dev.parley.benchmarks.run.Results.Spread;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The results as text: for a terminal and, in the same columns, as Markdown. */
final class Tables {
  private static final List<String> RATE_HEAD = List.of(
      "server",
      "per second",
      "server CPU µs",
      "to raw (min, median, max)",
      "p50 µs",
      "p99 µs",
      "busy",
      "generator µs");
  private static final List<String> MEMORY_HEAD =
      List.of("server", "connections", "heap + direct, B", "to raw", "resident, B");

  private Tables() {}

  static String terminal(Results results) {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<Workload, List<Row>> load : results.byLoad().entrySet()) {
      out.append('\n').append(heading(load.getKey())).append('\n');
      out.append(columns(head(load.getKey())));
      for (Row row : load.getValue()) {
        out.append(columns(cells(results, load.getKey(), row)));
      }
    }
    return out.toString();
  }

  static String markdown(Results results) {
    StringBuilder out = new StringBuilder();
    results
        .environment()
        .forEach((name, value) ->
            out.append("- ").append(name).append(": ").append(value).append('\n'));
    out.append("\n### Server CPU per unit, in relation to raw\n\n").append(summary(results));
    for (Map.Entry<Workload, List<Row>> load : results.byLoad().entrySet()) {
      List<String> head = head(load.getKey());
      out.append("\n### ").append(heading(load.getKey())).append("\n\n");
      out.append(markdownRow(head));
      out.append("|---|").append("---:|".repeat(head.size() - 1)).append('\n');
      for (Row row : load.getValue()) {
        out.append(markdownRow(cells(results, load.getKey(), row)));
      }
    }
    return out.toString();
  }

  /** One line per load, one column per server, medians only. */
  private static String summary(Results results) {
    List<Contestant> servers = results.rows().stream()
        .map(row -> Contestant.of(row.server()))
        .distinct()
        .sorted()
        .toList();
    StringBuilder out = new StringBuilder("| load |");
    servers.forEach(server -> out.append(' ').append(server.title()).append(" |"));
    out.append("\n|---|").append("---:|".repeat(servers.size())).append('\n');
    results.byLoad().forEach((load, rows) -> {
      out.append("| ").append(load.title()).append(" |");
      for (Contestant server : servers) {
        Spread ratio = rows.stream()
            .filter(row -> row.server().equals(server.id()))
            .findFirst()
            .map(results::toRaw)
            .orElse(null);
        out.append(' ').append(ratio == null ? "-" : number(ratio.median())).append(" |");
      }
      out.append('\n');
    });
    return out.toString();
  }

  private static String heading(Workload load) {
    return load.title() + " (" + load.id() + ", per " + load.unit() + ")";
  }

  private static List<String> head(Workload load) {
    return load.isIdle() ? MEMORY_HEAD : RATE_HEAD;
  }

  private static List<String> cells(Results results, Workload load, Row row) {
    String title = Contestant.of(row.server()).title();
    String failure = row.failure();
    if (failure != null) {
      return List.of(title, "failed: " + failure);
    }
    return load.isIdle() ? memoryCells(results, title, row) : rateCells(results, title, row);
  }

  private static List<String> rateCells(Results results, String title, Row row) {
    return List.of(
        title,
        median(row.rates(Workload.Rate::perSecond)),
        median(row.rates(Workload.Rate::serverMicros)),
        all(results.toRaw(row)),
        median(row.rates(Workload.Rate::p50Micros)),
        median(row.rates(Workload.Rate::p99Micros)),
        percent(row.rates(Workload.Rate::serverBusy)),
        median(row.rates(Workload.Rate::generatorMicros)));
  }

  private static List<String> memoryCells(Results results, String title, Row row) {
    return List.of(
        title,
        median(row.memory(Workload.Memory::connections)),
        median(row.memory(Workload.Memory::usedBytes)),
        median(results.toRaw(row)),
        median(row.memory(Workload.Memory::residentBytes)));
  }

  private static String median(@Nullable Spread spread) {
    return spread == null ? "-" : number(spread.median());
  }

  private static String all(@Nullable Spread spread) {
    return spread == null
        ? "-"
        : number(spread.min()) + " " + number(spread.median()) + " " + number(spread.max());
  }

  private static String percent(@Nullable Spread spread) {
    return spread == null ? "-" : Math.round(100 * spread.median()) + " %";
  }

  static String number(double value) {
    String form = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, form, value);
  }

  private static String columns(List<String> cells) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      out.append(String.format(i == 0 ? "  %-22s" : i == 3 ? "%28s" : "%18s", cells.get(i)));
    }
    return out.append('\n').toString();
  }

  private static String markdownRow(List<String> cells) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |\n");
    cells.forEach(row::add);
    return row.toString();
  }
}
