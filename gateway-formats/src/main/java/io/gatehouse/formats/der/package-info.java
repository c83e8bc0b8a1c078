/** The part of DER (X.690) that the gateway's protocols need: read strictly, written in its one spelling. */
@NullMarked
package io.gatehouse.formats.der;

import org.jspecify.annotations.NullMarked;
