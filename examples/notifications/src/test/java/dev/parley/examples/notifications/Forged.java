package dev.parley.examples.notifications;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token that must not be believed.
 *
 * @param why for the name of the test
 */
record Forged(String why, String token, BadToken.Reason reason) {
  static final byte[] SECRET =
      "a secret that only the tests know, and all of them".getBytes(StandardCharsets.UTF_8);
  static final byte[] OTHER_SECRET =
      "another secret, of somebody else altogether".getBytes(StandardCharsets.UTF_8);
  static final Clock CLOCK = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

  static Tokens tokens() {
    return new Tokens(SECRET, CLOCK);
  }

  static List<Forged> all() throws Exception {
    JWTClaimsSet good = claims("7", CLOCK.instant().plusSeconds(60));
    JWTClaimsSet old = claims("7", CLOCK.instant().minusSeconds(60));
    String real = tokens().issue("7", Duration.ofHours(1));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    return List.of(
        new Forged("absent", "", BadToken.Reason.MISSING),
        new Forged("expired", signed(JWSAlgorithm.HS256, old, SECRET), BadToken.Reason.EXPIRED),
        invalid("of another secret", signed(JWSAlgorithm.HS256, good, OTHER_SECRET)),
        invalid("with an end that was put off", withPayloadOf(real, old, good)),
        invalid("without a signature", real.substring(0, real.lastIndexOf('.') + 1)),
        invalid("of alg none", new PlainJWT(good).serialize()),
        invalid("of alg none with a signature", withHead(real, "{\"alg\":\"none\"}")),
        invalid("of alg None", withHead(real, "{\"alg\":\"None\"}")),
        invalid(
            "of another key's RS256",
            signed(JWSAlgorithm.RS256, good, new RSASSASigner(keys.getPrivate()))),
        invalid("that says RS256 and is HS256", withHead(real, "{\"alg\":\"RS256\"}")),
        invalid("of HS512 with the right secret", signed(JWSAlgorithm.HS512, good, pad(SECRET))),
        invalid("without an algorithm", withHead(real, "{}")),
        invalid(
            "with a key of its own",
            withHead(real, "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}")),
        invalid("without an end", signed(JWSAlgorithm.HS256, claims("7", null), SECRET)),
        invalid(
            "of nobody",
            signed(JWSAlgorithm.HS256, claims(null, CLOCK.instant().plusSeconds(60)), SECRET)),
        invalid(
            "of an empty user",
            signed(JWSAlgorithm.HS256, claims(" ", CLOCK.instant().plusSeconds(60)), SECRET)),
        invalid(
            "of a list of users",
            signed(
                JWSAlgorithm.HS256, claims(List.of("7"), CLOCK.instant().plusSeconds(60)), SECRET)),
        invalid(
            "that is not valid yet",
            signed(
                JWSAlgorithm.HS256,
                new JWTClaimsSet.Builder(good)
                    .notBeforeTime(Date.from(CLOCK.instant().plusSeconds(3600)))
                    .build(),
                SECRET)),
        invalid("that is too long", "a".repeat(5000)),
        invalid("that is none", "{\"user_id\":7}"),
        invalid("of two parts", "a.b"),
        invalid("of dots", "..."));
  }

  private static Forged invalid(String why, String token) {
    return new Forged(why, token, BadToken.Reason.INVALID);
  }

  private static JWTClaimsSet claims(@Nullable Object userId, @Nullable Instant end) {
    JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    if (userId != null) {
      claims.claim("user_id", userId);
    }
    return (end == null ? claims : claims.expirationTime(Date.from(end))).build();
  }

  static String signed(JWSAlgorithm algorithm, JWTClaimsSet claims, byte[] secret)
      throws Exception {
    return signed(algorithm, claims, new MACSigner(secret));
  }

  private static String signed(JWSAlgorithm algorithm, JWTClaimsSet claims, JWSSigner signer)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims);
    token.sign(signer);
    return token.serialize();
  }

  /** HS512 takes a longer key only; zeroes at the end of an HMAC key change nothing. */
  private static byte[] pad(byte[] secret) {
    return Arrays.copyOf(secret, 64);
  }

  private static String withHead(String token, String head) {
    return base64(head) + token.substring(token.indexOf('.'));
  }

  private static String withPayloadOf(String token, JWTClaimsSet signedClaims, JWTClaimsSet claims)
      throws Exception {
    String signed = signed(JWSAlgorithm.HS256, signedClaims, SECRET);
    return token.substring(0, token.indexOf('.') + 1)
        + base64(claims.toString())
        + signed.substring(signed.lastIndexOf('.'));
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "a token " + why;
  }
}
