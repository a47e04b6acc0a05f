package dev.parley.examples.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private final Tokens tokens = Forged.tokens();

  @Test
  void knowsTheUserOfATokenThatItIssued() throws Exception {
    assertThat(tokens.userId(tokens.issue("7", Duration.ofHours(1)))).isEqualTo("7");
  }

  @Test
  void acceptsATokenWhoseUserIsANumber() throws Exception {
    // As PyJWT writes jwt.encode({"user_id": 7, "exp": 4102444800}, secret, algorithm="HS256").
    String token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjo3LCJleHAiOjQxMDI0NDQ4MDB9."
        + "JdOuK0Aud8z6EXVyacLg3SXQ3HOKT0ErUfe0IHzOXVI";
    assertThat(tokens.userId(token)).isEqualTo("7");
  }

  @Test
  void refusesATokenAfterItsEndButForTheSkewOfClocks() throws Exception {
    String token = tokens.issue("7", Duration.ofMinutes(1));
    Duration skew = Tokens.CLOCK_SKEW;
    assertThat(later(Duration.ofMinutes(1).plus(skew).minusSeconds(2)).userId(token))
        .isEqualTo("7");
    assertThat(reason(later(Duration.ofMinutes(1).plus(skew).plusSeconds(2)), token))
        .isEqualTo(BadToken.Reason.EXPIRED);
  }

  private static Tokens later(Duration by) {
    return new Tokens(Forged.SECRET, Clock.offset(Forged.CLOCK, by));
  }

  @ParameterizedTest
  @MethodSource("dev.parley.examples.notifications.Forged#all")
  void refusesForgedTokens(Forged forged) {
    assertThat(reason(tokens, forged.token())).isEqualTo(forged.reason());
  }

  @Test
  void doesNotSayOfAForgedTokenThatItHasExpired() throws Exception {
    JWTClaimsSet claims = new JWTClaimsSet.Builder()
        .claim("user_id", "7")
        .expirationTime(new Date(0))
        .build();
    String token = Forged.signed(JWSAlgorithm.HS256, claims, Forged.OTHER_SECRET);
    assertThat(reason(tokens, token)).isEqualTo(BadToken.Reason.INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31})
  void needsASecretThatIsLongEnough(int bytes) {
    assertThatThrownBy(() -> new Tokens(new byte[bytes], Clock.systemUTC()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the secret has " + bytes + " bytes, at least 32 are needed");
  }

  private static BadToken.Reason reason(Tokens tokens, String token) {
    return catchThrowableOfType(BadToken.class, () -> tokens.userId(token)).reason();
  }
}
