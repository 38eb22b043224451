// <field-list>: the facts of a card, edited in place.
import { InPlace } from "ui/in-place"

class FieldList extends HTMLElement {
  connectedCallback() { this.inPlace = new InPlace(this) }
  disconnectedCallback() { this.inPlace.end() }
}
customElements.define("field-list", FieldList)
