package io.gatehouse.jetty;

import static io.gatehouse.jetty.RawHttp.ID;
import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.jetty.rdg.RdgHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What a client and the log see of a failure that nobody expected. */
@Timeout(30)
class UnexpectedFailureTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(RdgHandler.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void repair() {
        FaultyProvider.broken = false;
        logger.detachAppender(log);
    }

    @Test
    void aRequestThatFailsIsAnsweredBy500WithoutABodyAndLoggedOnce() throws Exception {
        try (TestGateway gateway = TestGateway.withFaultyProvider();
                RawHttp http = RawHttp.plain(gateway)) {
            FaultyProvider.broken = true;
            http.send(outHead("RDG-Connection-Id: " + ID, "Authorization: Bearer AAAA"));
            RawHttp.Head answer = http.readHead();
            assertThat(answer.lines()).containsExactly("HTTP/1.1 500 Server Error", "Content-Length: 0");
            assertThat(log.list).singleElement().satisfies(event -> {
                assertThat(event.getMessage()).isEqualTo("a request failed");
                assertThat(event.getThrowableProxy().getMessage()).isEqualTo("a mechanism that has lost its scheme");
                assertThat(event.getKeyValuePairs())
                        .anySatisfy(pair -> assertThat(pair.value).isEqualTo(ID.replaceAll("[{}]", "")));
            });

            FaultyProvider.broken = false;
            assertThat(http.out("alice", ID).status())
                    .as("the next request on the same connection")
                    .isEqualTo(200);
        }
    }
}
