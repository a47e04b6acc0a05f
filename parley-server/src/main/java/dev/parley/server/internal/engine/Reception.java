package dev.parley.server.internal.engine;

import dev.parley.EngineOptions.Admission;
import dev.parley.Refused;
import dev.parley.TransportType;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.HttpExchange;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests: every check in the reference's order, the user's own check, and the way to a session. All on the
 * exchange's lane, except the user's check.
 */
final class Reception {
  private static final Logger LOG = System.getLogger(Reception.class.getName());

  private final Engine engine;
  private final Origins origins;
  private final @Nullable ClientBundles bundles;

  Reception(Engine engine, @Nullable ClientBundles bundles) {
    this.engine = engine;
    this.bundles = bundles;
    origins = new Origins(engine.options().cors(), engine.forwarded());
  }

  void onRequest(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    Map<String, String> query = request.query();
    Origins.Verdict verdict = origins.judge(request, query.containsKey("j"));
    Call call = new Call(engine, exchange, query, verdict.headers());
    if (Origins.isPreflight(request)) {
      exchange.respond(origins.preflight(request, verdict).headers(engine.hookHeaders(request)));
    } else if (bundles != null && bundles.has(bundleName(request))) {
      serveBundle(bundles, call);
    } else {
      receive(call, verdict);
    }
  }

  private void receive(Call call, Origins.Verdict verdict) {
    Refusal refusal = checkRequest(call, verdict);
    if (refusal != null) {
      call.refuse(refusal);
      return;
    }
    String sid = call.parameter("sid");
    if (sid == null) {
      receiveHandshake(call);
      return;
    }
    Session session = engine.session(sid);
    if (session == null) {
      call.refuse(engine.unknownSession(sid, call.lane().nanoTime()));
    } else {
      receive(call, session);
    }
  }

  private @Nullable Refusal checkRequest(Call call, Origins.Verdict verdict) {
    TransportType transport = transport(call);
    if (transport == null || !engine.options().transports().contains(transport)) {
      return Refusal.unknownTransport(String.valueOf(call.parameter("transport")));
    }
    String origin = call.request().header("Origin");
    if (origin != null && Origins.isMalformed(origin)) {
      return Refusal.invalidOrigin();
    }
    return verdict.refused() == null ? null : Refusal.foreignOrigin(verdict.refused());
  }

  /** A session is bound to its transport and its revision; only an upgrade may change the transport. */
  private static @Nullable Refusal checkSession(Call call, Session session) {
    TransportType transport = transport(call);
    boolean upgrade = call.request().wantsWebSocket();
    if (upgrade ? transport != TransportType.WEBSOCKET : transport != session.transport()) {
      return Refusal.transportMismatch();
    }
    if (revision(call) != session.revision()) {
      return Refusal.protocolMismatch();
    }
    return !upgrade && transport == TransportType.WEBSOCKET
        ? Refusal.transportHandshakeError()
        : null;
  }

  private void receive(Call call, Session session) {
    HttpRequest request = call.request();
    Refusal refusal = checkSession(call, session);
    if (refusal != null) {
      call.refuse(refusal);
    } else if (request.wantsWebSocket()) {
      receiveUpgrade(call, session);
    } else if (request.method().equals("GET")) {
      call.watchForAbort(() -> session.run(() -> session.onPollAborted(call)));
      session.run(() -> session.onPoll(call));
    } else if (request.method().equals("POST")) {
      session.run(() -> session.onPost(call));
    } else {
      call.respondEmpty(500);
    }
  }

  private void receiveUpgrade(Call call, Session session) {
    if (!engine.offersUpgrades()) {
      call.refuse(Refusal.upgradesOff());
      return;
    }
    admit(call, () -> {
      if (engine.session(session.sid()) != session) {
        call.refuse(Refusal.unknownSession());
        return;
      }
      // One that is being upgraded, or cannot be, still opens: the client is told by a close, as in
      // the reference.
      call.accept(null, WebSocketTransport.ofUpgrade(engine, session, call.wantsBase64()));
    });
  }

  private void receiveHandshake(Call call) {
    Refusal refusal = checkHandshake(call);
    if (refusal == null) {
      refusal = engine.isShuttingDown()
          ? Refusal.shuttingDown()
          : engine.gate().knock(address(call), call.lane().nanoTime());
    }
    if (refusal != null) {
      call.refuse(refusal);
      return;
    }
    admit(call, () -> handshake(call));
  }

  private static @Nullable Refusal checkHandshake(Call call) {
    String method = call.request().method();
    if (!method.equals("GET")) {
      return Refusal.badMethod(method);
    }
    boolean fits = call.request().wantsWebSocket() == (transport(call) == TransportType.WEBSOCKET);
    return fits ? null : Refusal.transportHandshakeError();
  }

  private void handshake(Call call) {
    Revision revision = revision(call);
    if (revision == null || revision == Revision.V3 && !engine.options().allowEio3()) {
      call.refuse(Refusal.unsupportedVersion(String.valueOf(call.parameter("EIO"))));
      return;
    }
    // Again: the user's check may have taken its time.
    Refusal refusal =
        engine.isShuttingDown() ? Refusal.shuttingDown() : engine.gate().check(address(call));
    if (refusal != null) {
      call.refuse(refusal);
    } else if (transport(call) == TransportType.WEBSOCKET) {
      openWebSocket(call, revision);
    } else {
      openPolling(call, revision);
    }
  }

  private void openPolling(Call call, Revision revision) {
    String sid = engine.newSid();
    Session session = Session.ofPolling(engine, sid, revision, call, engine.wireLane(call.lane()));
    if (!engine.register(session)) {
      call.refuse(Refusal.full());
      return;
    }
    call.add(engine.firstHeaders(sid, call.request()));
    session.begin(call);
  }

  private void openWebSocket(Call call, Revision revision) {
    String sid = engine.newSid();
    HttpRequest request = call.request();
    WebSocketTransport.Handshake handshake = transport -> {
      Session session = Session.ofWebSocket(engine, sid, revision, request, transport);
      return engine.register(session) ? session : null;
    };
    call.accept(
        sid, WebSocketTransport.ofHandshake(engine, revision, call.wantsBase64(), handshake));
  }

  /** Asks the user's check, if there is one, on a handler thread; goes on, on the lane, if it agrees. */
  private void admit(Call call, Runnable next) {
    Admission allow = engine.options().allow();
    if (allow == null) {
      next.run();
      return;
    }
    call.watchForAbort(null);
    try {
      engine.handlerExecutor().execute(() -> {
        Refusal refusal = ask(allow, call.request());
        call.lane().execute(() -> {
          if (refusal != null) {
            call.refuse(refusal);
          } else if (!call.isGone()) {
            next.run();
          }
        });
      });
    } catch (RejectedExecutionException closed) {
      call.refuse(Refusal.shuttingDown());
    }
  }

  private static @Nullable Refusal ask(Admission allow, HttpRequest request) {
    try {
      allow.check(request);
      return null;
    } catch (Refused refused) {
      return Refusal.forbidden(String.valueOf(refused.getMessage()));
    } catch (Exception broken) {
      LOG.log(Level.WARNING, "The check of a request failed; it is refused", broken);
      return Refusal.forbidden("Forbidden");
    }
  }

  private String bundleName(HttpRequest request) {
    String path = request.path();
    return path.startsWith(engine.prefix()) ? path.substring(engine.prefix().length()) : "";
  }

  /** On a handler thread: the first request for a file reads and compresses it. */
  private void serveBundle(ClientBundles bundles, Call call) {
    try {
      engine
          .handlerExecutor()
          .execute(() -> call.respond(bundles.answer(bundleName(call.request()), call.request())));
    } catch (RejectedExecutionException closed) {
      call.respond(HttpResponse.of(503));
    }
  }

  private String address(Call call) {
    return engine.forwarded().address(call.request());
  }

  private static @Nullable TransportType transport(Call call) {
    String name = call.parameter("transport");
    for (TransportType type : TransportType.values()) {
      if (type.wire().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Null for a revision that nobody speaks; the reference takes everything but "4" for revision 3. */
  private static @Nullable Revision revision(Call call) {
    String number = call.parameter("EIO");
    if (number == null) {
      return null;
    }
    return switch (number) {
      case "3" -> Revision.V3;
      case "4" -> Revision.V4;
      default -> null;
    };
  }
}
