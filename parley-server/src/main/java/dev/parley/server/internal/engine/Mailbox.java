package dev.parley.server.internal.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The half of a session that brings calls of all threads into one order, on one lane. A base class and not a part, because
 * there is one for each of very many sessions.
 *
 * <p>Posted mail is a stack whose top is swapped by compare-and-set; its bottom says whether somebody empties it: null if
 * not, then the one who posts hands the mailbox to the lane; {@link #BUSY} if so. The drain takes the whole stack and turns
 * it around.
 *
 * <p>The lane may change, by {@link #moveTo}, in the middle of a drain. The mailbox is the only queue, so that keeps the
 * order: the drain that finds itself moved hands the rest to the new lane, and as long as that has not been opened the
 * mailbox is not empty and nothing passes it by. The write of {@link #wire} publishes all fields of the session to the new
 * lane; it is the last thing that the old one does.
 */
abstract class Mailbox {
  private static final Logger LOG = System.getLogger(Session.class.getName());

  /** Mail in a row before other sessions of the lane get their turn. */
  private static final int MAIL_PER_TURN = 256;

  private static final Mail BUSY = new Mail.Busy();

  private static final VarHandle POSTED;

  static {
    try {
      POSTED = MethodHandles.lookup().findVarHandle(Mailbox.class, "posted", Mail.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** Youngest first. */
  private volatile @Nullable Mail posted;
  /** Mail taken out, oldest first. Lane only. */
  private @Nullable Mail batch;

  private volatile WireLane wire;
  /** False from the move to another lane until that lane has taken over. */
  private boolean settled = true;

  Mailbox(WireLane wire) {
    this.wire = wire;
  }

  /** The lane of now. Any thread. */
  final WireLane wire() {
    return wire;
  }

  /** Takes over, on the new lane, before its first mail. */
  abstract void settle();

  /** The lane takes no tasks any more: nobody is left to send to. Any thread. */
  abstract void hostClosed();

  /** True if the caller may act on the session now without overtaking anybody. */
  final boolean isDirect() {
    return wire.inLane() && posted == null;
  }

  /** Any thread. */
  final void post(Mail mail) {
    if (put(mail)) {
      hand(mail);
    }
  }

  /** Any thread. @return true if the caller must see to it that this mail is run on the lane, for nobody else does */
  final boolean put(Mail mail) {
    Mail youngest;
    do {
      youngest = posted;
      mail.next = youngest;
    } while (!POSTED.compareAndSet(this, youngest, mail));
    return youngest == null;
  }

  private void hand(Mail mail) {
    try {
      wire.lane().execute(mail);
    } catch (RejectedExecutionException closed) {
      hostClosed();
    }
  }

  /** Moves to another lane. On the old one, in a drain, as the very last step. */
  final void moveTo(WireLane lane) {
    settled = false;
    wire = lane;
  }

  /**
   * Opens the mail. On the lane that was handed the mailbox.
   *
   * @param handed the mail that was the task; any mail is as good to be handed on
   */
  final void drain(Mail handed) {
    WireLane here = wire;
    if (!here.inLane()) {
      hand(handed);
      return;
    }
    if (!settled) {
      settled = true;
      settle();
    }
    for (int opened = 1; ; opened++) {
      Mail mail = take();
      if (mail == null) {
        if (POSTED.compareAndSet(this, BUSY, null)) {
          return;
        }
        continue;
      }
      open(mail);
      if (wire != here || opened >= MAIL_PER_TURN) {
        hand(mail);
        return;
      }
    }
  }

  private @Nullable Mail take() {
    if (batch == null) {
      Mail mail = (Mail) POSTED.getAndSet(this, BUSY);
      while (mail != null && mail != BUSY) {
        Mail older = mail.next;
        mail.next = batch;
        batch = mail;
        mail = older;
      }
    }
    Mail oldest = batch;
    if (oldest != null) {
      batch = oldest.next;
      oldest.next = null;
    }
    return oldest;
  }

  private static void open(Mail mail) {
    try {
      mail.open();
    } catch (Throwable broken) {
      // Errors too: a drain that ends early would leave the mailbox marked as busy for ever.
      LOG.log(Level.ERROR, "A task of a session failed", broken);
    }
  }
}
