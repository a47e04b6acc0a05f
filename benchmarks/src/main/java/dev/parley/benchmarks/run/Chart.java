package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.Workload;
import dev.parley.benchmarks.run.Results.Row;
import dev.parley.benchmarks.run.Results.Spread;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The ratios to raw as an SVG: a group of bars per load, on a logarithmic scale, a whisker from smallest to largest. */
final class Chart {
  private static final int LEFT = 230;
  private static final int WIDTH = 900;
  private static final int RIGHT = 60;
  private static final int TOP = 60;
  private static final int BAR = 12;
  private static final int GAP = 14;
  private static final double LARGEST = 200;
  private static final double SMALLEST = 0.5;

  private static final Map<Contestant, String> COLOURS = new EnumMap<>(Map.of(
      Contestant.RAW, "#9aa0a6",
      Contestant.PARLEY, "#1a7f5a",
      Contestant.PARLEY_BLOCKING, "#6cc3a0",
      Contestant.NETTY_SOCKETIO, "#d9822b",
      Contestant.NODE, "#5b7bd5"));

  private final StringBuilder svg = new StringBuilder();
  private final Results results;

  private Chart(Results results) {
    this.results = results;
  }

  static String svg(Results results) {
    return new Chart(results).draw();
  }

  private String draw() {
    int height = TOP + GAP;
    for (List<Row> rows : results.byLoad().values()) {
      height += rows.size() * BAR + GAP;
    }
    line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
        WIDTH, height);
    line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    text(
        LEFT,
        18,
        "start",
        "CPU (idle: memory) per unit, in relation to a raw Netty server; less is better");
    legend();
    grid(height);
    int y = TOP + GAP;
    for (Map.Entry<Workload, List<Row>> load : results.byLoad().entrySet()) {
      int rows = load.getValue().size();
      text(LEFT - 8, y + rows * BAR / 2 + 4, "end", load.getKey().title());
      for (Row row : load.getValue()) {
        bar(row, y);
        y += BAR;
      }
      y += GAP;
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend() {
    int x = LEFT;
    List<Contestant> servers = results.rows().stream()
        .map(row -> Contestant.of(row.server()))
        .distinct()
        .sorted()
        .toList();
    for (Contestant server : servers) {
      line(
          "<rect x=\"%d\" y=\"28\" width=\"10\" height=\"10\" fill=\"%s\"/>",
          x, COLOURS.get(server));
      text(x + 14, 37, "start", server.title());
      x += 30 + 6 * server.title().length();
    }
  }

  private void grid(int height) {
    for (double value : new double[] {0.5, 1, 2, 5, 10, 20, 50, 100, 200}) {
      double x = x(value);
      line(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
          x, TOP, x, height - GAP, value == 1 ? "#555555" : "#e3e3e3");
      text((int) x, TOP - 4, "middle", value < 1 ? "0.5" : Integer.toString((int) value));
    }
  }

  private void bar(Row row, int y) {
    Spread ratio = results.toRaw(row);
    if (ratio == null) {
      text((int) x(1) + 4, y + BAR - 2, "start", row.failure() == null ? "" : "failed");
      return;
    }
    double from = x(SMALLEST);
    double to = x(ratio.median());
    line(
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        from, y + 1, Math.max(1, to - from), BAR - 2, COLOURS.get(Contestant.of(row.server())));
    line(
        "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#222222\"/>",
        x(ratio.min()), y + BAR / 2, x(ratio.max()), y + BAR / 2);
    text((int) x(ratio.max()) + 5, y + BAR - 2, "start", Tables.number(ratio.median()));
  }

  private static double x(double ratio) {
    double bounded = Math.min(LARGEST, Math.max(SMALLEST, ratio));
    return LEFT
        + (WIDTH - RIGHT - LEFT) * Math.log(bounded / SMALLEST) / Math.log(LARGEST / SMALLEST);
  }

  private void text(int x, int y, String anchor, String text) {
    line("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
  }

  private void line(String form, Object... values) {
    svg.append(String.format(Locale.ROOT, form, values)).append('\n');
  }
}
