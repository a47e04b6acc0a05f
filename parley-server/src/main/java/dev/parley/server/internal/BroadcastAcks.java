package dev.parley.server.internal;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.server.adapter.AckCollector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Puts the acknowledgements of one node's sockets together. Thread-safe. */
final class BroadcastAcks implements AckCollector {
  private final CompletableFuture<AckReport> report = new CompletableFuture<>();
  private final PacketWriter packets;
  private final List<AckReport.Answer> answers = new ArrayList<>();
  private final Set<String> missing = new HashSet<>();
  private int asked = -1;

  BroadcastAcks(PacketWriter packets) {
    this.packets = packets;
  }

  CompletableFuture<AckReport> report() {
    return report;
  }

  @Override
  public synchronized void asked(Collection<String> socketIds) {
    asked = socketIds.size();
    completeIfDone();
  }

  @Override
  public synchronized void answered(String socketId, Args values) {
    answers.add(new AckReport.Answer(socketId, values));
    completeIfDone();
  }

  @Override
  public synchronized void missing(String socketId) {
    missing.add(socketId);
    completeIfDone();
  }

  private void completeIfDone() {
    if (answers.size() + missing.size() == asked) {
      AckReport done = new AckReport(answers, missing);
      packets.complete(() -> report.complete(done));
    }
  }
}
