package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final RequestDecoder decoder = new RequestDecoder(new HttpDecoderConfig());
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  @Test
  void decodesNothingWhileStopped() throws Exception {
    receive(GET);
    assertDecoded(1);
    decoder.stop();
    receive(GET + GET);
    assertDecoded(0);
    decoder.resume(channel.pipeline().context(decoder));
    assertDecoded(2);
    channel.finishAndReleaseAll();
  }

  @Test
  void stopsReadingWhenMuchHasGathered() throws Exception {
    decoder.stop();
    receive(GET.repeat(100));
    assertThat(channel.config().isAutoRead()).isTrue();
    receive(GET.repeat(1000));
    assertThat(channel.config().isAutoRead()).isFalse();
    decoder.resume(channel.pipeline().context(decoder));
    assertThat(channel.config().isAutoRead()).isTrue();
    assertDecoded(1100);
    channel.finishAndReleaseAll();
  }

  @Test
  void knowsWhetherARequestHasBegun() {
    assertThat(decoder.midway()).isFalse();
    receive(GET.substring(0, 20));
    assertThat(decoder.midway()).isTrue();
    receive(GET.substring(20));
    decoder.stop();
    assertThat(decoder.midway()).isFalse();
    channel.finishAndReleaseAll();
  }

  private void receive(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private void assertDecoded(int requests) {
    for (int i = 0; i < requests; i++) {
      assertThat(channel.<Object>readInbound()).isInstanceOf(HttpRequest.class);
      assertThat(channel.<Object>readInbound()).isInstanceOf(LastHttpContent.class);
    }
    assertThat(channel.<Object>readInbound()).isNull();
  }
}
