package io.gatehouse.jetty;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done at the end of a gateway, whatever becomes of the steps before. */
final class EndSteps {
    private static final Logger LOG = LoggerFactory.getLogger(EndSteps.class);

    private EndSteps() {}

    /** Something that must not be left out because another one failed. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** Does all, one after the other; what fails is logged. */
    static void each(Step... steps) {
        for (Step step : steps) {
            try {
                step.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Throwable e) { // whatever it is: what follows must be done
                LOG.atWarn().setCause(e).log("a part of the gateway did not end cleanly");
            }
        }
    }
}
