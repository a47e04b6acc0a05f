package dev.parley.server.internal.engine;

import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.Outgoing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a session's mailbox: a link of its list, and at the same time the task that empties the mailbox, so that a
 * post costs one object and no more.
 */
abstract class Mail implements Runnable {
  final Session session;
  /** Towards older mail in the mailbox, towards younger mail once taken out of it. */
  @Nullable
  Mail next;

  Mail(Session session) {
    this.session = session;
  }

  /** Does what the mail asks for. Session's lane. */
  abstract void open();

  /** Empties the mailbox, of which this mail may or may not be part. */
  @Override
  public final void run() {
    session.drain(this);
  }

  /** Runs a task. */
  static final class Task extends Mail {
    private final Runnable task;

    Task(Session session, Runnable task) {
      super(session);
      this.task = task;
    }

    @Override
    void open() {
      task.run();
    }
  }

  /** Sends one packet. */
  static final class Packet extends Mail {
    private final Outgoing packet;

    Packet(Session session, Outgoing packet) {
      super(session);
      this.packet = packet;
    }

    @Override
    void open() {
      session.push(packet);
    }
  }

  /** Sends packets that stay together. */
  static final class Packets extends Mail {
    private final List<Outgoing> packets;
    private final boolean isVolatile;

    Packets(Session session, List<Outgoing> packets, boolean isVolatile) {
      super(session);
      this.packets = packets;
      this.isVolatile = isVolatile;
    }

    @Override
    void open() {
      session.push(packets, isVolatile);
    }
  }

  /** A frame that could not be handled where it arrived. */
  static final class Frame extends Mail {
    private final WebSocketTransport from;
    private final Message frame;

    Frame(Session session, WebSocketTransport from, Message frame) {
      super(session);
      this.from = from;
      this.frame = frame;
    }

    @Override
    void open() {
      session.onFrame(from, frame);
      from.frameHandled();
    }
  }

  /** Marks a mailbox that is being emptied. Belongs to no session and is never opened. */
  static final class Busy extends Mail {
    Busy() {
      super(null);
    }

    @Override
    void open() {
      throw new IllegalStateException("the mark of a busy mailbox is no mail");
    }
  }
}
