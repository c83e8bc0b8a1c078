/** Access to a desktop for a while: who may ask, who may approve, and what was granted. */
@NullMarked
package io.gatehouse.core.grant;

import org.jspecify.annotations.NullMarked;
