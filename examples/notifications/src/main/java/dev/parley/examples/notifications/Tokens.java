package dev.parley.examples.notifications;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes and checks tokens: JWTs that name the user in {@code user_id} and expire, signed with a secret that all services
 * share. The algorithm is HS256 and no other, whatever the head of a token says; the head is the sender's word. Thread-safe.
 */
final class Tokens {
  static final int MIN_SECRET_BYTES = 32;
  static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  private static final String USER_ID = "user_id";
  private static final int MAX_LENGTH = 4096;
  private static final int MAX_USER_ID_LENGTH = 64;

  private final byte[] secret;
  private final Clock clock;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /** @throws IllegalArgumentException if the secret is too short for the algorithm */
  Tokens(byte[] secret, Clock clock) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException("the secret has " + secret.length + " bytes, at least "
          + MIN_SECRET_BYTES + " are needed");
    }
    this.secret = secret.clone();
    this.clock = clock;
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(this.secret)));
    processor.setJWTClaimsSetVerifier(new Claims(clock));
  }

  /** A token without an end would be good for ever, so it must have one. */
  private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final Clock clock;

    Claims(Clock clock) {
      super(null, Set.of("exp", USER_ID));
      this.clock = clock;
      setMaxClockSkew((int) CLOCK_SKEW.toSeconds());
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }

  String issue(String userId, Duration validity) {
    JWTClaimsSet claims = new JWTClaimsSet.Builder()
        .claim(USER_ID, userId)
        .issueTime(Date.from(clock.instant()))
        .expirationTime(Date.from(clock.instant().plus(validity)))
        .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    try {
      token.sign(new MACSigner(secret));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
    return token.serialize();
  }

  /** Whom the token stands for. @param token null if none was sent */
  String userId(@Nullable String token) throws BadToken {
    if (token == null || token.isEmpty()) {
      throw new BadToken(BadToken.Reason.MISSING);
    }
    if (token.length() > MAX_LENGTH) {
      throw new BadToken(BadToken.Reason.INVALID);
    }
    try {
      return userId(processor.process(token, null));
    } catch (ExpiredJWTException e) {
      // Only found out after the signature was good, so nobody learns this of a token he made up.
      throw new BadToken(BadToken.Reason.EXPIRED);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new BadToken(BadToken.Reason.INVALID);
    }
  }

  /** Other services write ids as numbers; to us both are the same user. */
  private static String userId(JWTClaimsSet claims) throws BadToken {
    Object id = claims.getClaim(USER_ID);
    if (id instanceof Long || id instanceof Integer) {
      return id.toString();
    }
    if (id instanceof String text && !text.isBlank() && text.length() <= MAX_USER_ID_LENGTH) {
      return text;
    }
    throw new BadToken(BadToken.Reason.INVALID);
  }
}
