package dev.parley.server.internal.engine;

import dev.parley.TransportType;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Jsonp;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Outgoing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Long polling: at most one GET that waits for packets, at most one POST that brings some. The requests come on the lanes
 * of their connections and are posted to the session's; answers may be given from any lane. Gone after an upgrade.
 */
final class PollingTransport extends Transport {
  private final Session session;
  private final EngineCodec codec;
  private final boolean base64;
  /** Digits of the JSONP index; null for XHR. */
  private final @Nullable String jsonp;

  /** The GET that waits. */
  private @Nullable Call poll;
  /** The poll came while a WebSocket wants to take over, and that one's packets go first. */
  private boolean glancing;

  /** The POST that is being read, or that waits because reading is off. */
  private @Nullable Call post;
  /** The waiting POST has been handled and only its answer is held back. */
  private boolean postHandled;
  /** The session has ended, and the next poll takes the news. */
  private boolean closing;

  PollingTransport(Session session, boolean base64, @Nullable String jsonp) {
    this.session = session;
    this.codec = EngineCodec.of(session.revision());
    this.base64 = base64 || jsonp != null;
    this.jsonp = jsonp;
  }

  void onPoll(Call call) {
    if (poll != null) {
      call.respondEmpty(400);
      fail("overlap from client");
      return;
    }
    poll = call;
    if (session.hasCandidate() && !closing) {
      // The upgrade packet may have been sent before this poll, on the other connection: look there
      // first.
      glancing = true;
      session.afterCandidate(() -> {
        if (poll == call) {
          serve();
        }
      });
    } else {
      serve();
    }
  }

  private void serve() {
    glancing = false;
    if (closing) {
      if (!answerQueued()) {
        answer(List.of(EnginePacket.NOOP, EnginePacket.CLOSE), false);
        session.ended();
      }
    } else if (session.hasQueued()) {
      session.flush();
    } else if (session.isProbed()) {
      release();
    }
    session.refreshWritable();
  }

  /** The client went away before its poll was answered. */
  void onPollAborted(Call call) {
    if (poll == call) {
      poll = null;
      fail("poll connection closed prematurely");
    }
  }

  void onPost(Call call) {
    if (post != null) {
      call.respondEmpty(400);
      post.abort();
      post = null;
      fail("data request overlap from client");
    } else if (session.revision() == Revision.V4 && call.isOctetStream()) {
      call.respondEmpty(400);
      fail("a binary request body, revision 4 allows text only");
    } else {
      post = call;
      postHandled = false;
      if (!session.isPaused() || closing) {
        read(call);
      }
    }
  }

  private void read(Call call) {
    call.readBody(new HttpExchange.BodyReader() {
      @Override
      public void onBody(byte[] body) {
        session.run(() -> received(call, body));
      }

      @Override
      public void onTooLarge() {
        session.run(() -> tooLarge(call));
      }

      @Override
      public void onAborted() {
        session.run(() -> postAborted(call));
      }
    });
  }

  private void received(Call call, byte[] body) {
    if (post != call) {
      return;
    }
    post = null;
    try {
      codec.decodePayload(
          payload(call, body), session.engine.limits().maxPacketsPerPayload(), session::receive);
    } catch (ProtocolException malformed) {
      session.fail(CloseReason.PARSE_ERROR, malformed);
    }
    if (session.isPaused() && session.isOpen()) {
      // Without its answer the client sends no further packets.
      post = call;
      postHandled = true;
    } else {
      call.ok();
    }
  }

  private Message payload(Call call, byte[] body) {
    if (jsonp != null) {
      return Message.text(Jsonp.unwrapBody(body));
    }
    return call.isOctetStream() ? Message.binary(body) : Message.text(body);
  }

  private void tooLarge(Call call) {
    if (post == call) {
      post = null;
      call.respondEmpty(413);
      int most = session.engine.options().maxPayload();
      session.fail(
          CloseReason.PAYLOAD_TOO_LARGE,
          new ProtocolException(Reason.TOO_LARGE, "a request body over the " + most + " allowed"));
    }
  }

  private void postAborted(Call call) {
    if (post == call) {
      post = null;
      fail("data request connection closed prematurely");
    }
  }

  private void fail(String what) {
    session.fail(CloseReason.TRANSPORT_ERROR, new ProtocolException(Reason.UNEXPECTED, what));
  }

  /** Answers the waiting poll, if there is one, with a packet that means nothing. */
  void release() {
    if (poll != null && !glancing) {
      answer(List.of(EnginePacket.NOOP), false);
      session.refreshWritable();
    }
  }

  /**
   * Ends every request: the session goes on without this transport. A client sends its upgrade packet when its last poll
   * has been answered, so a poll that is here now came after that.
   */
  void discard() {
    if (poll != null) {
      poll.refuse(Refusal.transportMismatch());
      poll = null;
    }
    endPost();
  }

  private void endPost() {
    Call open = post;
    post = null;
    if (open != null) {
      if (postHandled) {
        open.ok();
      } else {
        open.abort();
      }
    }
  }

  @Override
  TransportType type() {
    return TransportType.POLLING;
  }

  @Override
  boolean ready() {
    return poll != null;
  }

  /** Never: packets of one pass travel in one answer. */
  @Override
  boolean write(Outgoing packet) {
    return false;
  }

  /** Fills one answer, at least with one packet; what would make it longer than a payload may be waits for the next poll. */
  @Override
  void flush(@Nullable Outbox outbox) {
    if (poll == null || outbox == null) {
      return;
    }
    long room = session.engine.options().maxPayload();
    boolean compress = false;
    List<EnginePacket> batch = new ArrayList<>(4);
    Outgoing next = outbox.peek();
    while (next != null && (batch.isEmpty() || next.size() <= room)) {
      outbox.poll();
      batch.add(next.packet());
      compress |= next.compress();
      room -= next.size();
      next = outbox.peek();
    }
    answer(batch, compress);
  }

  private void answer(List<EnginePacket> packets, boolean compress) {
    Call call = poll;
    poll = null;
    if (call != null) {
      Message payload = codec.encodePayload(packets, base64);
      call.payload(jsonp == null ? payload : Jsonp.wrap(jsonp, payload), compress);
    }
  }

  /**
   * Answers the last poll but one with everything that is queued. The close packet is for the next: clients of 4.x handle
   * events some time after the answer, but a close at once, and would never hear of events in the same answer.
   *
   * @return false if nothing is queued
   */
  private boolean answerQueued() {
    Outbox queued = session.takeQueued();
    if (queued == null) {
      return false;
    }
    List<EnginePacket> packets = new ArrayList<>();
    boolean compress = false;
    for (Outgoing next = queued.poll(); next != null; next = queued.poll()) {
      packets.add(next.packet());
      compress |= next.compress();
    }
    answer(packets, compress);
    return true;
  }

  @Override
  void reading(boolean on) {
    Call waiting = post;
    if (!on || waiting == null) {
      return;
    }
    if (postHandled) {
      post = null;
      waiting.ok();
    } else if (!waiting.isBeingRead()) {
      read(waiting);
    }
  }

  @Override
  boolean close(CloseReason reason, boolean graceful) {
    closing = true;
    endPost();
    if (poll == null) {
      return !graceful;
    }
    if (graceful && answerQueued()) {
      return false;
    }
    // A client that said good-bye has its poll released; any other is told.
    boolean told = reason == CloseReason.TRANSPORT_CLOSE;
    answer(List.of(told ? EnginePacket.NOOP : EnginePacket.CLOSE), false);
    return true;
  }

  /** The next poll finishes. */
  @Override
  boolean finish() {
    return false;
  }

  @Override
  void abort() {
    endPost();
    if (poll != null) {
      poll.abort();
      poll = null;
    }
  }
}
