package io.gatehouse.jetty.kdcproxy;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A password is handed to a KDC in the moment in which the next one would be asked. */
public final class DeliveryRaces {
    private DeliveryRaces() {}

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "handed over, or taken back")
    @Outcome(expect = FORBIDDEN, desc = "both, so that two KDCs get it")
    @State
    public static class HandOverAgainstWithdrawal {
        private final Delivery delivery = new Delivery();

        @Actor
        public void handOver(II_Result result) {
            try {
                delivery.handOver();
                result.r1 = 1;
            } catch (NotDeliveredException _) {
                result.r1 = 0;
            }
        }

        @Actor
        public void withdraw(II_Result result) {
            result.r2 = delivery.withdraw() ? 1 : 0;
        }
    }
}
